/** What the batch pages ask of the API. */
import { queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  type BatchChange,
  type BatchFilter,
  type BulkOfBatches,
  type Document,
  getApiBatches,
  getApiBatchesByBatchId,
  getApiBatchesByBatchIdDocuments,
  patchApiBatchesByBatchId,
  postApiBatchesBulk,
  postApiBatchesByBatchIdRetry,
  type RetryWish,
} from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { hasEnded } from '@/shared/live/changes';
import { endOf, startOf } from '@/shared/search';
import { everyId } from '@/shared/steering/bulk';
import type { BatchesSearch } from './search';

export const PAGE_SIZE = 50;

export const batchesQuery = ({ from, to, ...search }: BatchesSearch) =>
  queryOptions({
    queryKey: [...keys.batches, search, from, to],
    queryFn: ({ signal }) =>
      answerOf(getApiBatches({ query: { ...search, limit: PAGE_SIZE, created_from: startOf(from), created_to: endOf(to) }, signal })),
    placeholderData: (before) => before,
  });

export const batchQuery = (batch_id: string) =>
  queryOptions({
    queryKey: keys.batch(batch_id),
    queryFn: ({ signal }) => answerOf(getApiBatchesByBatchId({ path: { batch_id }, signal })),
  });

export const retryBatch = (batch_id: string, wish: RetryWish = {}) => answerOf(postApiBatchesByBatchIdRetry({ path: { batch_id }, body: wish }));
export const changeBatch = (batch_id: string, body: BatchChange) => answerOf(patchApiBatchesByBatchId({ path: { batch_id }, body }));

export type { BatchFilter };
/** The list's address as a filter of the same meaning. */
export const filterOf = ({ from, to, q, status, strategy }: BatchesSearch): BatchFilter => ({
  q,
  status,
  strategy,
  created_from: startOf(from),
  created_to: endOf(to),
});

export const bulkOfBatches = (body: BulkOfBatches, how: { keepalive?: boolean } = {}) => answerOf(postApiBatchesBulk({ body, ...how }));

/** How many the filter means. */
export const matchingQuery = (filter: BatchFilter) =>
  queryOptions({
    queryKey: ['matching', 'batches', filter],
    queryFn: async () => (await bulkOfBatches({ action: 'cancel', filter, dry_run: true })).matched,
  });

export const MOST_BATCHES_OF_AN_EXPORT = 100;

/** The ids of all that match; undefined when there are more. */
export const idsMatching = (filter: BatchFilter, most: number) =>
  everyId((cursor) => answerOf(getApiBatches({ query: { ...filter, limit: Math.min(most, 200), cursor } })), most);

/** All documents of a batch that failed, also those that were refused when they were handed in. */
export async function failedDocuments(batch_id: string): Promise<Document[]> {
  const found: Document[] = [];
  let cursor: string | undefined;
  do {
    const page = await answerOf(getApiBatchesByBatchIdDocuments({ path: { batch_id }, query: { status: ['failed'], limit: 200, cursor } }));
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

const LOOK_EVERY_MS = 500;
const LOOKS = 20;

/** Takes a cancellation back: reads what it cancelled again, as soon as the batches have come to rest. */
export async function readCancelledAgain(ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (batch_id) => {
      for (let look = 0; look < LOOKS; look += 1) {
        const batch = await answerOf(getApiBatchesByBatchId({ path: { batch_id } }));
        if (hasEnded(batch.status)) break;
        await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
      }
      const cancelled = await everyId((cursor) => answerOf(getApiBatchesByBatchIdDocuments({ path: { batch_id }, query: { status: ['cancelled'], cursor } })), 5_000);
      if (cancelled?.length) await retryBatch(batch_id, { document_ids: cancelled });
    }),
  );
}
