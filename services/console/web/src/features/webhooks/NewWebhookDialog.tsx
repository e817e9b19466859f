/** Adds an endpoint and shows its signing secret, this once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, postApiWebhooks } from '@/shared/api/client';
import { TextField } from '@/shared/ui/Field';
import { FormDialog } from '@/shared/ui/FormDialog';
import { Picks } from '@/shared/ui/Picks';
import { SecretDialog } from '@/shared/ui/SecretDialog';
import { EVENTS, type EventType, webhooksKey } from './api';

export function NewWebhookDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [events, setEvents] = useState<EventType[]>(['batch.completed', 'export.completed', 'export.failed']);
  const adding = useMutation({
    mutationFn: () => answerOf(postApiWebhooks({ body: { url: url.trim(), description, events } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: webhooksKey }),
  });
  if (adding.data) {
    return (
      <SecretDialog title="The signing secret" secret={adding.data.secret} label="the secret" onClose={onClose}>
        Check every message with it, by any library for Standard Webhooks. It is shown this once.
      </SecretDialog>
    );
  }
  return (
    <FormDialog title="New webhook" action="Add the webhook" sending={adding} complete={Boolean(url.trim()) && events.length > 0} onClose={onClose}>
      <TextField label="Address" type="url" placeholder="https://example.org/hooks/ingestio" maxLength={2_048} value={url} onChange={(event) => setUrl(event.target.value)} />
      <TextField label="Description" maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />
      <Picks legend="Events" all={EVENTS} picked={events} renderPick={(event) => <code>{event}</code>} onPick={setEvents} />
    </FormDialog>
  );
}
