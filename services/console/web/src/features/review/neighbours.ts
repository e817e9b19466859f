/** The documents before and after one, in the list it was opened from; and the next that a person should look at. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, type Document, type DocumentSelection, getApiDocuments, getApiDocumentsByDocumentIdNext } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import type { DocumentOrigin } from '@/shared/documents/DocumentRows';

export type Neighbours = { before: Document | null; after: Document | null };

/** Lists of a batch are in the order the files were handed in, others by change. */
function listOf({ batch, review }: DocumentOrigin, direction: 'before' | 'after'): DocumentSelection {
  const sort = batch ? ({ after: 'position', before: '-position' } as const) : ({ after: '-updated_at', before: 'updated_at' } as const);
  return { sort: sort[direction], batch_id: batch, ...(review ? TO_REVIEW : {}) };
}
const TO_REVIEW = { needs_review: true, status: ['completed' as const] };

const nextIn = (document_id: string, query: DocumentSelection) => answerOf(getApiDocumentsByDocumentIdNext({ path: { document_id }, query }));

export const neighboursQuery = (document_id: string, origin: DocumentOrigin) =>
  queryOptions({
    queryKey: [...keys.document(document_id), 'neighbours', origin],
    queryFn: async (): Promise<Neighbours> => {
      const [before, after] = await Promise.all([nextIn(document_id, listOf(origin, 'before')), nextIn(document_id, listOf(origin, 'after'))]);
      return { before: before.next, after: after.next };
    },
  });

/** The next to review, of the same batch where it was opened from one; from the top again when the end is reached. */
export async function nextToReview(document_id: string, { batch }: DocumentOrigin): Promise<Document | undefined> {
  const { next, total } = await nextIn(document_id, listOf({ batch, review: true }, 'after'));
  if (next) return next;
  if (!total || batch) return undefined;
  const page = await answerOf(getApiDocuments({ query: { ...TO_REVIEW, sort: '-updated_at', limit: 2 } }));
  return page.items.find((document) => document.id !== document_id);
}
