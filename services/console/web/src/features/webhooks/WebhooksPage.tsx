/** Where events are sent to, and whether they arrive. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis, List, Plus, Power, Send, Trash2, Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { answerOf, deleteApiWebhooksByWebhookId, patchApiWebhooksByWebhookId, postApiWebhooksByWebhookIdPing, type Webhook } from '@/shared/api/client';
import { useLeaving } from '@/shared/leaving';
import { useActing } from '@/shared/steering/acting';
import { Badge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { Listing } from '@/shared/ui/Listing';
import { Menu } from '@/shared/ui/Menu';
import { Card, Page } from '@/shared/ui/Page';
import { Empty } from '@/shared/ui/states';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { webhooksKey, webhooksQuery } from './api';
import { NewWebhookDialog } from './NewWebhookDialog';

const COLUMNS = [{ name: 'Address' }, { name: 'State' }, { name: 'Events', roomy: true }, { name: 'Made', roomy: true }];

export function WebhooksPage() {
  const webhooks = useQuery(webhooksQuery);
  const leaving = useLeaving();
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Webhooks"
      about="Signed as Standard Webhooks has it, retried for days, each attempt logged."
      actions={
        <Button look="primary" icon={<Plus />} onClick={() => setAdding(true)}>
          New webhook
        </Button>
      }
    >
      <Card flush>
        <Listing
          query={webhooks}
          items={webhooks.data?.items.filter((webhook) => !leaving.has(webhook.id))}
          columns={COLUMNS}
          empty={
            <Empty icon={WebhookIcon} title="No webhooks yet">
              <p className="quiet">Your systems hear of finished batches and exports the moment they are ready, instead of asking.</p>
            </Empty>
          }
          renderRow={(webhook) => <Row webhook={webhook} />}
        />
      </Card>
      {adding && <NewWebhookDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Row({ webhook }: { webhook: Webhook }) {
  return (
    <tr>
      <td>
        <Link to="/webhooks/$webhookId" params={{ webhookId: webhook.id }} className={table.name}>
          {webhook.url}
        </Link>
        <span className={table.sub}>{webhook.description || `made by ${webhook.created_by}`}</span>
      </td>
      <td className={table.below}>
        <Badge tone={webhook.enabled ? 'good' : 'calm'}>{webhook.enabled ? 'On' : 'Off'}</Badge>
        {webhook.disabled_reason && <span className={table.sub}> {webhook.disabled_reason}</span>}
      </td>
      <td className={table.roomy}>{webhook.events.join(', ')}</td>
      <td className={table.roomy}>
        <When at={webhook.created_at} />
      </td>
      <td>
        <Actions webhook={webhook} />
      </td>
    </tr>
  );
}

function Actions({ webhook: { id, url, enabled } }: { webhook: Webhook }) {
  const navigate = useNavigate();
  const { act, removeLater } = useActing(webhooksKey);
  const path = { webhook_id: id };
  const remove = () =>
    removeLater({
      id,
      question: { title: 'Delete this webhook?', text: `Nothing is sent to ${url} any more, and its log is deleted.`, action: 'Delete' },
      done: 'Webhook deleted.',
      remove: (how) => answerOf(deleteApiWebhooksByWebhookId({ path, ...how })),
    });
  const change = () => act(() => answerOf(patchApiWebhooksByWebhookId({ path, body: { enabled: !enabled } })), enabled ? 'Switched off.' : 'Switched on.');
  return (
    <Menu
      label={`Actions for ${url}`}
      icon={<Ellipsis />}
      items={[
        { label: 'Deliveries', icon: <List />, onSelect: () => void navigate({ to: '/webhooks/$webhookId', params: { webhookId: id } }) },
        { label: 'Send a ping', icon: <Send />, onSelect: () => act(() => answerOf(postApiWebhooksByWebhookIdPing({ path })), 'A ping is on its way.') },
        { label: enabled ? 'Switch off' : 'Switch on', icon: <Power />, onSelect: change },
        { label: 'Delete', icon: <Trash2 />, danger: true, onSelect: remove },
      ]}
    />
  );
}
