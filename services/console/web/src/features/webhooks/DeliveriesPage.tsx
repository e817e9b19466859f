/** What was sent to one endpoint and what came back, attempt by attempt; each can be sent again. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { RotateCcw, Send } from 'lucide-react';
import { answerOf, type Delivery, postApiWebhooksByWebhookIdDeliveriesByDeliveryIdReplay } from '@/shared/api/client';
import { fullDate } from '@/shared/format/dates';
import { capital, counted, words } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { useToasts } from '@/shared/ui/toasts';
import { When } from '@/shared/ui/When';
import css from './Deliveries.module.css';
import { deliveriesQuery, webhooksQuery } from './api';

export function DeliveriesPage() {
  const { webhookId } = useParams({ from: '/webhooks/$webhookId' });
  const webhook = useQuery(webhooksQuery).data?.items.find((one) => one.id === webhookId);
  const deliveries = useQuery(deliveriesQuery(webhookId));
  return (
    <Page title="Deliveries" above={<Link to="/webhooks">Webhooks</Link>} about={webhook && <span className="mono">{webhook.url}</span>}>
      <Card flush>
        {deliveries.isPending && <Loading />}
        {deliveries.isError && <Failed error={deliveries.error} onRetry={() => deliveries.refetch()} />}
        {deliveries.data?.items.length === 0 && (
          <Empty icon={Send} title="Nothing was sent yet">
            <p className="quiet">Send a ping from the list of webhooks to see whether it arrives.</p>
          </Empty>
        )}
        <ul>
          {deliveries.data?.items.map((delivery) => (
            <li key={delivery.id} className={css.delivery}>
              <OneDelivery webhookId={webhookId} delivery={delivery} />
            </li>
          ))}
        </ul>
      </Card>
    </Page>
  );
}

function OneDelivery({ webhookId, delivery }: { webhookId: string; delivery: Delivery }) {
  const queryClient = useQueryClient();
  const tell = useToasts();
  const again = useMutation({
    mutationFn: () => answerOf(postApiWebhooksByWebhookIdDeliveriesByDeliveryIdReplay({ path: { webhook_id: webhookId, delivery_id: delivery.id } })),
    onSuccess: () => {
      tell.done('Sent again under the same id.');
      return queryClient.invalidateQueries({ queryKey: deliveriesQuery(webhookId).queryKey });
    },
    onError: tell.failed,
  });
  const last = delivery.attempts.at(-1);
  return (
    <details>
      <summary className={css.summary}>
        <StatusBadge status={delivery.state} />
        <code>{delivery.type}</code>
        <span className="quiet">
          {counted(delivery.attempts.length, 'attempt')}
          {last && `, last: ${last.status ?? words(last.error ?? 'no answer')}`}
          {delivery.next_attempt_at && (
            <>
              , next <When at={delivery.next_attempt_at} />
            </>
          )}
        </span>
        <span className={css.when}>
          <When at={delivery.created_at} />
        </span>
      </summary>
      <div className={css.body}>
        <p className="mono">webhook-id: {delivery.event_id}</p>
        <ol className={css.attempts}>
          {delivery.attempts.map((attempt) => (
            <li key={attempt.at}>
              <strong className="num">{attempt.status ?? 'No answer'}</strong> after {attempt.milliseconds} ms, {fullDate(attempt.at)}
              {attempt.error && <p>{capital(words(attempt.error))}</p>}
              {attempt.answer && <pre>{attempt.answer}</pre>}
            </li>
          ))}
        </ol>
        <Button icon={<RotateCcw />} busy={again.isPending} onClick={() => again.mutate()}>
          Send again
        </Button>
      </div>
    </details>
  );
}
