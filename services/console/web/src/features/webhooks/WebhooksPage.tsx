/** Where events are sent to, and whether they arrive. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ellipsis, List, Plus, Power, Send, Trash2, Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { answerOf, deleteApiWebhooksByWebhookId, patchApiWebhooksByWebhookId, postApiWebhooksByWebhookIdPing, type Webhook } from '@/shared/api/client';
import { Badge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { useConfirm } from '@/shared/ui/confirm';
import { Menu } from '@/shared/ui/Menu';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { useToasts } from '@/shared/ui/toasts';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { useNavigate } from '@tanstack/react-router';
import { webhooksKey, webhooksQuery } from './api';
import { NewWebhookDialog } from './NewWebhookDialog';

export function WebhooksPage() {
  const webhooks = useQuery(webhooksQuery);
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
        {webhooks.isPending && <Loading />}
        {webhooks.isError && <Failed error={webhooks.error} onRetry={() => webhooks.refetch()} />}
        {webhooks.data?.items.length === 0 && (
          <Empty icon={WebhookIcon} title="No webhooks yet">
            <p className="quiet">Your systems hear of finished batches and exports the moment they are ready, instead of asking.</p>
          </Empty>
        )}
        {webhooks.data && webhooks.data.items.length > 0 && (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th>Address</th>
                  <th>State</th>
                  <th className={table.roomy}>Events</th>
                  <th className={table.roomy}>Made</th>
                  <th className={table.tight}>
                    <span className="sr">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {webhooks.data.items.map((webhook) => (
                  <Row key={webhook.id} webhook={webhook} />
                ))}
              </tbody>
            </table>
          </div>
        )}
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
      <td>
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

function Actions({ webhook }: { webhook: Webhook }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const tell = useToasts();
  const path = { webhook_id: webhook.id };
  const act = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; done: string }) => run(),
    onSuccess: (_, { done }) => {
      tell.done(done);
      return queryClient.invalidateQueries({ queryKey: webhooksKey });
    },
    onError: tell.failed,
  });
  const remove = async () => {
    const question = { title: 'Delete this webhook?', text: `Nothing is sent to ${webhook.url} any more, and its log is deleted.`, action: 'Delete', danger: true };
    if (await confirm(question)) act.mutate({ run: () => answerOf(deleteApiWebhooksByWebhookId({ path })), done: 'Deleted.' });
  };
  const change = (enabled: boolean) =>
    act.mutate({ run: () => answerOf(patchApiWebhooksByWebhookId({ path, body: { enabled } })), done: enabled ? 'Switched on.' : 'Switched off.' });
  return (
    <Menu
      label={`Actions for ${webhook.url}`}
      icon={<Ellipsis />}
      items={[
        { label: 'Deliveries', icon: <List />, onSelect: () => void navigate({ to: '/webhooks/$webhookId', params: { webhookId: webhook.id } }) },
        { label: 'Send a ping', icon: <Send />, onSelect: () => act.mutate({ run: () => answerOf(postApiWebhooksByWebhookIdPing({ path })), done: 'A ping is on its way.' }) },
        { label: webhook.enabled ? 'Switch off' : 'Switch on', icon: <Power />, onSelect: () => change(!webhook.enabled) },
        { label: 'Delete', icon: <Trash2 />, danger: true, onSelect: remove },
      ]}
    />
  );
}
