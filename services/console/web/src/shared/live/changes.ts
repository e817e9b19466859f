/** What a change does to what is on the screen: known rows are patched in place, unknown ones are only counted. */
import type { Batch, Document } from '@/shared/api/client';

export type BatchChange = Pick<Batch, 'id'> & Partial<Batch>;
export type DocumentChange = Pick<Document, 'id' | 'batch_id'> & Partial<Document>;
type Listed<T> = { items: T[] };

const ENDED = new Set(['completed', 'partially_completed', 'failed', 'cancelled']);

export const hasEnded = (status: string): boolean => ENDED.has(status);

/** The same page with its rows brought up to date; the very same object when no row is on it. */
export function patched<T extends { id: string }, P extends Listed<T>>(page: P, changes: ReadonlyMap<string, Partial<T>>): P {
  if (!page.items.some((item) => changes.has(item.id))) return page;
  return { ...page, items: page.items.map((item) => ({ ...item, ...changes.get(item.id) })) };
}

export function without<T extends { id: string }, P extends Listed<T>>(page: P, ids: ReadonlySet<string>): P {
  if (!page.items.some((item) => ids.has(item.id))) return page;
  return { ...page, items: page.items.filter((item) => !ids.has(item.id)) };
}

/** Collects changes, the latest of each thing, until they are taken together. */
export class Waiting {
  batches = new Map<string, BatchChange>();
  documents = new Map<string, DocumentChange>();
  deleted = new Set<string>();

  add(kind: string, data: unknown): void {
    if (kind === 'snapshot') for (const batch of (data as Listed<Batch>).items) this.batches.set(batch.id, batch);
    if (kind === 'batch.changed') {
      const change = data as BatchChange;
      this.batches.set(change.id, { ...this.batches.get(change.id), ...change });
    }
    if (kind === 'batch.deleted') this.deleted.add((data as { id: string }).id);
    if (kind === 'document.changed') this.documents.set((data as DocumentChange).id, data as DocumentChange);
  }

  take(): { batches: Map<string, BatchChange>; documents: Map<string, DocumentChange>; deleted: Set<string> } {
    const { batches, documents, deleted } = this;
    this.batches = new Map();
    this.documents = new Map();
    this.deleted = new Set();
    return { batches, documents, deleted };
  }
}
