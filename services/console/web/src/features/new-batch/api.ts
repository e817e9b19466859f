/** What the wizard asks of the API. */
import { queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  type BatchToOpen,
  deleteApiBatchesByBatchId,
  type DryRun,
  getApiAnalyticsEstimate,
  getApiBatchesByBatchIdUploads,
  getApiDocumentTypes,
  getApiUsage,
  postApiBatchesByBatchIdSubmit,
  postApiBatchesOpen,
  type Priority,
  putApiBatchesByBatchIdOpen,
} from '@/shared/api/client';

export const usageQuery = queryOptions({ queryKey: ['usage'], queryFn: ({ signal }) => answerOf(getApiUsage({ signal })) });
export const typesQuery = queryOptions({
  queryKey: ['document-types'],
  queryFn: ({ signal }) => answerOf(getApiDocumentTypes({ signal })),
  staleTime: 300_000,
});
export const openBatchQuery = (batch_id: string) =>
  queryOptions({ queryKey: ['open-batch', batch_id], queryFn: () => answerOf(getApiBatchesByBatchIdUploads({ path: { batch_id } })), staleTime: 0, gcTime: 0 });

export const openBatch = (body: BatchToOpen) => answerOf(postApiBatchesOpen({ body }));
export const changeOpenBatch = (batch_id: string, body: BatchToOpen) => answerOf(putApiBatchesByBatchIdOpen({ path: { batch_id }, body }));
export const giveUp = (batch_id: string) => answerOf(deleteApiBatchesByBatchId({ path: { batch_id } }));
export const submitBatch = (batch_id: string) => answerOf(postApiBatchesByBatchIdSubmit({ path: { batch_id }, body: { only_complete: true } }));

export const estimateQuery = (documents: number, priority: Priority) =>
  queryOptions({
    queryKey: ['estimate', documents, priority],
    queryFn: ({ signal }) => answerOf(getApiAnalyticsEstimate({ query: { documents, priority }, signal })),
    staleTime: 10_000,
  });

/** What would become of the files that are there: pages, refusals, and whether the quota bears it. */
export const dryRunQuery = (batch_id: string, files: number) =>
  queryOptions({
    queryKey: ['dry-run', batch_id, files],
    queryFn: async () => (await answerOf(postApiBatchesByBatchIdSubmit({ path: { batch_id }, query: { dry_run: true } }))) as DryRun,
    staleTime: 60_000,
    gcTime: 0,
  });
