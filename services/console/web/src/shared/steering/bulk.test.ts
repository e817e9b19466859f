import { expect, test } from 'vitest';
import { everyId, told } from './bulk';

const refused = (id: string, detail: string) => ({ id, done: false, code: 'refused', detail });

test('a verdict tells how many were done, and each reason of the others once', () => {
  const items = [{ id: 'a', done: true }, refused('b', 'It has ended.'), refused('c', 'It has ended.'), refused('d', 'It is not yours.')];
  expect(told({ matched: 4, done: 1, refused: 3, items }, 'cancel', 'batch', 'batches')).toEqual({
    done: '1 batch cancelled.',
    refused: ['2 batches not cancelled: It has ended.', '1 batch not cancelled: It is not yours.'],
  });
});

test('nothing done is not told as done', () => {
  expect(told({ matched: 1, done: 0, refused: 1, items: [refused('a', 'No.')] }, 'retry', 'batch', 'batches').done).toBeUndefined();
});

const pages = [
  { items: [{ id: 'a' }, { id: 'b' }], next_cursor: '1', search_cut: false },
  { items: [{ id: 'c' }], next_cursor: null, search_cut: false },
];
const page = async (cursor: string | undefined) => pages[Number(cursor ?? 0)] ?? { items: [], next_cursor: null, search_cut: false };

test('the ids of all pages are collected', async () => {
  expect(await everyId(page, 3)).toEqual(['a', 'b', 'c']);
});

test('more than are allowed are not cut off in silence', async () => {
  expect(await everyId(page, 2)).toBeUndefined();
});

test('what a search found a part of is not taken for all', async () => {
  expect(await everyId(async () => ({ items: [{ id: 'a' }], next_cursor: null, search_cut: true }), 3)).toBeUndefined();
});
