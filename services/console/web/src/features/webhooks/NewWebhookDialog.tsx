/** Adds an endpoint and shows its signing secret, this once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, postApiWebhooks } from '@/shared/api/client';
import { Button } from '@/shared/ui/Button';
import { Copy } from '@/shared/ui/Copy';
import { Dialog } from '@/shared/ui/Dialog';
import { Check, TextField } from '@/shared/ui/Field';
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
      <Dialog title="The signing secret" onClose={onClose} footer={<Button onClick={onClose}>I have it</Button>}>
        <p>Check every message with it, by any library for Standard Webhooks. It is shown this once.</p>
        <Copy value={adding.data.secret} label="the secret" />
      </Dialog>
    );
  }
  const toggle = (event: EventType) => setEvents((now) => (now.includes(event) ? now.filter((one) => one !== event) : [...now, event]));
  return (
    <Dialog
      title="New webhook"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" busy={adding.isPending} disabled={!url.trim() || !events.length} onClick={() => adding.mutate()}>
            Add the webhook
          </Button>
        </>
      }
    >
      <TextField label="Address" type="url" placeholder="https://example.org/hooks/ingestio" maxLength={2_048} value={url} error={adding.error?.message} onChange={(event) => setUrl(event.target.value)} />
      <TextField label="Description" maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />
      <fieldset className="bare">
        <legend>Events</legend>
        {EVENTS.map((event) => (
          <Check key={event} label={<code>{event}</code>} checked={events.includes(event)} onChange={() => toggle(event)} />
        ))}
      </fieldset>
    </Dialog>
  );
}
