/** What the review page asks of the API. */
import { queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  getApiBatchesByBatchId,
  getApiDocumentsByDocumentId,
  getApiDocumentsByDocumentIdPages,
  getApiDocumentsByDocumentIdPagesByNumberWords,
  getApiDocumentsByDocumentIdResult,
  getApiDocumentsByDocumentIdVersions,
  postApiDocumentsByDocumentIdReview,
  type Review,
} from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export const batchNameQuery = (batch_id: string) =>
  queryOptions({ queryKey: keys.batch(batch_id), queryFn: ({ signal }) => answerOf(getApiBatchesByBatchId({ path: { batch_id }, signal })) });

export const documentQuery = (document_id: string) =>
  queryOptions({ queryKey: keys.document(document_id), queryFn: ({ signal }) => answerOf(getApiDocumentsByDocumentId({ path: { document_id }, signal })) });

export const resultQuery = (document_id: string) =>
  queryOptions({
    queryKey: [...keys.document(document_id), 'result'],
    queryFn: ({ signal }) => answerOf(getApiDocumentsByDocumentIdResult({ path: { document_id }, signal })),
    // What a person is working on is not changed under the pointer.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const pagesQuery = (document_id: string) =>
  queryOptions({
    queryKey: ['pages', document_id],
    queryFn: ({ signal }) => answerOf(getApiDocumentsByDocumentIdPages({ path: { document_id }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const wordsQuery = (document_id: string, number: number) =>
  queryOptions({
    queryKey: ['words', document_id, number],
    queryFn: ({ signal }) => answerOf(getApiDocumentsByDocumentIdPagesByNumberWords({ path: { document_id, number }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const versionsQuery = (document_id: string) =>
  queryOptions({
    queryKey: [...keys.document(document_id), 'versions'],
    queryFn: ({ signal }) => answerOf(getApiDocumentsByDocumentIdVersions({ path: { document_id }, signal })),
  });

export const saveReview = (document_id: string, body: Review) => answerOf(postApiDocumentsByDocumentIdReview({ path: { document_id }, body }));

export const imagePath = (documentId: string, page: number, width: number): string => `/api/documents/${documentId}/pages/${page}/image?width=${width}`;
export const filePath = (documentId: string): string => `/api/files/${documentId}`;
