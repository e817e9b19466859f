/** What the addresses of the batch pages say. */
import { day, oneOf, optional, someOf, text } from '@/shared/search';
import { BATCH_STATUSES, DOCUMENT_STATUSES, FILE_TYPES, STRATEGIES } from '@/shared/vocabulary';

export const SORTS = ['-created_at', 'created_at', '-updated_at', 'updated_at', 'name', '-name'] as const;
export const TABS = ['documents', 'results', 'prompts', 'exports'] as const;
export type Tab = (typeof TABS)[number];

export type BatchesSearch = ReturnType<typeof readBatchesSearch>;
export function readBatchesSearch(search: Record<string, unknown>) {
  return optional({
    q: text(search, 'q'),
    status: someOf(search, 'status', BATCH_STATUSES),
    strategy: someOf(search, 'strategy', STRATEGIES),
    from: day(search, 'from'),
    to: day(search, 'to'),
    sort: oneOf(search, 'sort', SORTS),
    cursor: text(search, 'cursor', 500),
  });
}

export type BatchSearch = ReturnType<typeof readBatchSearch>;
export function readBatchSearch(search: Record<string, unknown>) {
  return optional({
    tab: oneOf(search, 'tab', TABS),
    q: text(search, 'q'),
    status: someOf(search, 'status', DOCUMENT_STATUSES),
    file_type: someOf(search, 'file_type', FILE_TYPES),
    sort: oneOf(search, 'sort', ['position', '-position', 'file_name', '-file_name', 'updated_at', '-updated_at'] as const),
  });
}
