/** An address that shall hear of things by mail. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { Check, TextField } from '@/shared/ui/Field';
import { addRecipient, MAIL_EVENTS, type MailEvent, recipientsQuery } from './api';

export function NewRecipientDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const [address, setAddress] = useState('');
  const [events, setEvents] = useState<MailEvent[]>(['batch.completed', 'quota.warning']);
  const adding = useMutation({
    mutationFn: () => addRecipient({ address: address.trim(), events }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: recipientsQuery.queryKey });
      onClose();
    },
  });
  const toggle = (event: MailEvent) => setEvents((now) => (now.includes(event) ? now.filter((one) => one !== event) : [...now, event]));
  return (
    <Dialog
      title="Tell an address by mail"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" busy={adding.isPending} disabled={!address.trim() || !events.length} onClick={() => adding.mutate()}>
            Add the address
          </Button>
        </>
      }
    >
      <TextField label="Address" type="email" placeholder="accounting@example.org" maxLength={320} value={address} error={adding.error?.message} onChange={(event) => setAddress(event.target.value)} />
      <fieldset className="bare">
        <legend>When</legend>
        {(Object.keys(MAIL_EVENTS) as MailEvent[]).map((event) => (
          <Check key={event} label={MAIL_EVENTS[event]} checked={events.includes(event)} onChange={() => toggle(event)} />
        ))}
      </fieldset>
    </Dialog>
  );
}
