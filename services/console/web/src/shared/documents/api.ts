/** Lists of documents, of one batch or of all, page after page. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  type BulkOfDocuments,
  type DocumentSelection,
  type GetApiBatchesByBatchIdDocumentsData,
  type GetApiDocumentsData,
  getApiBatchesByBatchIdDocuments,
  getApiDocuments,
  postApiDocumentsBulk,
} from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { everyId } from '@/shared/steering/bulk';

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

export const bulkOfDocuments = (body: BulkOfDocuments, how: { keepalive?: boolean } = {}) => answerOf(postApiDocumentsBulk({ body, ...how }));

/** How many the filter means. */
export const matchingQuery = (filter: DocumentSelection) =>
  queryOptions({
    queryKey: ['matching', 'documents', filter],
    queryFn: async () => (await bulkOfDocuments({ action: 'cancel', filter, dry_run: true })).matched,
    retry: false,
  });

export const MOST_OF_AN_EXPORT = 10_000;

/** The ids of all that match; undefined when there are more. */
export const idsMatching = ({ batch_id, ...filter }: DocumentSelection, most: number) =>
  everyId(
    (cursor) => {
      const query = { ...filter, limit: AT_ONCE, cursor };
      return batch_id ? answerOf(getApiBatchesByBatchIdDocuments({ path: { batch_id }, query })) : answerOf(getApiDocuments({ query: { ...query, sort: '-updated_at' } }));
    },
    most,
  );

export const documentsQuery = (query: GetApiDocumentsData['query']) =>
  infiniteQueryOptions({
    queryKey: [...keys.documents, 'all', query],
    queryFn: ({ pageParam, signal }) => answerOf(getApiDocuments({ query: { ...query, limit: AT_ONCE, cursor: pageParam }, signal })),
    ...pages,
    placeholderData: (before) => before,
  });
