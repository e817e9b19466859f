/** What the address of the list of documents says. */
import { flag, oneOf, optional, someOf, text } from '@/shared/search';
import { DOCUMENT_STATUSES, FILE_TYPES } from '@/shared/vocabulary';

export function readDocumentsSearch(search: Record<string, unknown>) {
  return optional({
    q: text(search, 'q'),
    needs_review: flag(search, 'needs_review'),
    status: someOf(search, 'status', DOCUMENT_STATUSES),
    file_type: someOf(search, 'file_type', FILE_TYPES),
    sort: oneOf(search, 'sort', ['-updated_at', 'updated_at', 'file_name', '-file_name'] as const),
  });
}
