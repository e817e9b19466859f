/** The words of the API, in the order people meet them. */
import type { BatchStatus, DocumentStatus, Priority, Strategy } from './api/client';

/** Of batches that were submitted: open ones are in no list. */
export const BATCH_STATUSES = [
  'queued',
  'processing',
  'completed',
  'partially_completed',
  'failed',
  'cancelling',
  'cancelled',
] as const satisfies readonly BatchStatus[];
export const DOCUMENT_STATUSES = ['uploaded', 'processing', 'completed', 'failed', 'cancelled'] as const satisfies readonly DocumentStatus[];
export const STRATEGIES = ['global', 'per_document', 'auto'] as const satisfies readonly Strategy[];
export const PRIORITIES = ['high', 'normal', 'low'] as const satisfies readonly Priority[];
export const FILE_TYPES = ['pdf', 'jpg', 'png'] as const;
