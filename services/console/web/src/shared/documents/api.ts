/** Lists of documents, of one batch or of all, page after page. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import {
  answerOf,
  type GetApiBatchesByBatchIdDocumentsData,
  type GetApiDocumentsData,
  getApiBatchesByBatchIdDocuments,
  getApiDocuments,
} from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

const AT_ONCE = 200;
const pages = { initialPageParam: undefined as string | undefined, getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor ?? undefined };

export const documentsOfBatchQuery = (batch_id: string, query: GetApiBatchesByBatchIdDocumentsData['query']) =>
  infiniteQueryOptions({
    queryKey: [...keys.documents, batch_id, query],
    queryFn: ({ pageParam, signal }) =>
      answerOf(getApiBatchesByBatchIdDocuments({ path: { batch_id }, query: { ...query, limit: AT_ONCE, cursor: pageParam }, signal })),
    ...pages,
    placeholderData: (before) => before,
  });

export const documentsQuery = (query: GetApiDocumentsData['query']) =>
  infiniteQueryOptions({
    queryKey: [...keys.documents, 'all', query],
    queryFn: ({ pageParam, signal }) => answerOf(getApiDocuments({ query: { ...query, limit: AT_ONCE, cursor: pageParam }, signal })),
    ...pages,
    placeholderData: (before) => before,
  });
