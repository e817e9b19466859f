/** Webhooks and their deliveries. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, getApiWebhooks, getApiWebhooksByWebhookIdDeliveries, type NewWebhook } from '@/shared/api/client';

export type EventType = NonNullable<NewWebhook['events']>[number];
export const EVENTS: readonly EventType[] = [
  'batch.completed',
  'document.extracted',
  'document.reviewed',
  'document.failed',
  'document.cancelled',
  'export.completed',
  'export.failed',
  'quota.warning',
];

export const webhooksKey = ['webhooks'] as const;
export const webhooksQuery = queryOptions({ queryKey: webhooksKey, queryFn: ({ signal }) => answerOf(getApiWebhooks({ signal })) });

const LOOK_EVERY_MS = 4_000;

export const deliveriesQuery = (webhook_id: string) =>
  queryOptions({
    queryKey: [...webhooksKey, webhook_id, 'deliveries'],
    queryFn: ({ signal }) => answerOf(getApiWebhooksByWebhookIdDeliveries({ path: { webhook_id }, query: { limit: 100 }, signal })),
    refetchInterval: LOOK_EVERY_MS,
  });
