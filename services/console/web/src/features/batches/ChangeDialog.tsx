/** Another name or another priority for a batch. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Batch, Priority } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { capital } from '@/shared/format/numbers';
import { hasEnded } from '@/shared/live/changes';
import { Select, TextField } from '@/shared/ui/Field';
import { FormDialog } from '@/shared/ui/FormDialog';
import { useToasts } from '@/shared/ui/toasts';
import { PRIORITIES } from '@/shared/vocabulary';
import { changeBatch } from './api';

export function ChangeDialog({ batch, onClose }: { batch: Batch; onClose: () => void }) {
  const queryClient = useQueryClient();
  const tell = useToasts();
  const [name, setName] = useState(batch.name);
  const [priority, setPriority] = useState(batch.priority);
  const saving = useMutation({
    mutationFn: () => changeBatch(batch.id, { name: name.trim(), priority }),
    onSuccess: (changed) => {
      queryClient.setQueryData<Batch>(keys.batch(batch.id), (now) => now && { ...now, name: changed.name, priority: changed.priority });
      void queryClient.invalidateQueries({ queryKey: keys.batches });
      tell.done('Saved.');
      onClose();
    },
  });
  return (
    <FormDialog title="Change the batch" action="Save" sending={saving} complete={Boolean(name.trim())} onClose={onClose}>
      <TextField label="Name" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
      <Select
        label="Priority"
        hint={hasEnded(batch.status) ? 'It counts when documents of the batch are read again.' : 'It counts for all that has not begun yet.'}
        value={priority}
        onChange={(event) => setPriority(event.target.value as Priority)}
      >
        {PRIORITIES.map((one) => (
          <option key={one} value={one}>
            {capital(one)}
          </option>
        ))}
      </Select>
    </FormDialog>
  );
}
