import { expect, test } from 'vitest';
import { patched, Waiting, without } from './changes';

type Row = { id: string; completed: number };
const page = { items: [{ id: 'a', completed: 0 }, { id: 'b', completed: 0 }], total: 2 };

test('known rows are patched where they stand', () => {
  const after = patched<Row, typeof page>(page, new Map([['b', { completed: 5 }]]));

  expect(after.items).toEqual([{ id: 'a', completed: 0 }, { id: 'b', completed: 5 }]);
});

test('a page without any of them stays the very same, so nothing is drawn anew', () => {
  expect(patched<Row, typeof page>(page, new Map([['c', { completed: 5 }]]))).toBe(page);
  expect(without<Row, typeof page>(page, new Set(['c']))).toBe(page);
});

test('only the latest of each thing is kept until it is taken', () => {
  const waiting = new Waiting();
  waiting.add('batch.changed', { id: 'a', completed: 1, queued: 4 });
  waiting.add('batch.changed', { id: 'a', completed: 2 });

  expect(waiting.take().batches.get('a')).toEqual({ id: 'a', completed: 2, queued: 4 });
  expect(waiting.take().batches.size).toBe(0);
});

test('deleted batches leave the list', () => {
  const waiting = new Waiting();
  waiting.add('batch.deleted', { id: 'a' });

  expect(without<Row, typeof page>(page, waiting.take().deleted).items.map((row) => row.id)).toEqual(['b']);
});
