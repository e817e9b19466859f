/** One act on many at once: done by the server, which has a verdict for each. */
import type { BulkVerdict } from '@/shared/api/client';
import { counted } from '@/shared/format/numbers';

export type Act = 'cancel' | 'retry' | 'delete';
/** Those that were ticked, or all that the list's filter means. */
export type Chosen<T, F> = { items: readonly T[] } | { filter: F; count: number };

export const DONE: Record<Act, string> = { cancel: 'cancelled', retry: 'started again', delete: 'deleted' };

/** What to tell of a verdict: how many, and each reason of those that were refused once, with its number. */
export function told(verdict: BulkVerdict, act: Act, one: string, many = `${one}s`): { done: string | undefined; refused: string[] } {
  const reasons = Map.groupBy(
    verdict.items.filter((item) => !item.done),
    (item) => item.detail ?? 'It was refused without a reason.',
  );
  return {
    done: verdict.done ? `${counted(verdict.done, one, many)} ${DONE[act]}.` : undefined,
    refused: [...reasons].map(([reason, items]) => `${counted(items.length, one, many)} not ${DONE[act]}: ${reason}`),
  };
}

/** As many as the server takes in one request. */
export const MOST_AT_ONCE = 5_000;

/** The ids that were taken down, so that what comes later is not meant; undefined, and said why, when there are none to be had. */
export async function noted(ids: Promise<string[] | undefined>, failed: (error: unknown) => void): Promise<string[] | undefined> {
  try {
    const found = await ids;
    if (!found) failed(`More than ${MOST_AT_ONCE.toLocaleString()} match. Narrow the search.`);
    return found;
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** All ids of a list that comes in pages, up to so many; undefined when there are more, or a search gave only some. */
export async function everyId(
  page: (cursor: string | undefined) => Promise<{ items: { id: string }[]; next_cursor: string | null; search_cut: boolean }>,
  most: number,
): Promise<string[] | undefined> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, next_cursor, search_cut } = await page(cursor);
    ids.push(...items.map((item) => item.id));
    cursor = next_cursor ?? undefined;
    if (search_cut || ids.length > most) return undefined;
  } while (cursor);
  return ids;
}
