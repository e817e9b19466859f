/** What the batch pages ask of the API. */
import { queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  deleteApiBatchesByBatchId,
  getApiBatches,
  getApiBatchesByBatchId,
  postApiBatchesByBatchIdCancel,
  postApiBatchesByBatchIdRetry,
  type RetryWish,
} from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { endOf, startOf } from '@/shared/search';
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

export const cancelBatch = (batch_id: string) => answerOf(postApiBatchesByBatchIdCancel({ path: { batch_id } }));
export const deleteBatch = (batch_id: string) => answerOf(deleteApiBatchesByBatchId({ path: { batch_id } }));
export const retryBatch = (batch_id: string, wish: RetryWish = {}) => answerOf(postApiBatchesByBatchIdRetry({ path: { batch_id }, body: wish }));
