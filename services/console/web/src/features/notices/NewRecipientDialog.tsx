/** An address that shall hear of things by mail. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { TextField } from '@/shared/ui/Field';
import { FormDialog } from '@/shared/ui/FormDialog';
import { Picks } from '@/shared/ui/Picks';
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
  return (
    <FormDialog title="Tell an address by mail" action="Add the address" sending={adding} complete={Boolean(address.trim()) && events.length > 0} onClose={onClose}>
      <TextField label="Address" type="email" placeholder="accounting@example.org" maxLength={320} value={address} onChange={(event) => setAddress(event.target.value)} />
      <Picks legend="When" all={Object.keys(MAIL_EVENTS) as MailEvent[]} picked={events} renderPick={(event) => MAIL_EVENTS[event]} onPick={setEvents} />
    </FormDialog>
  );
}
