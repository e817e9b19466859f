import { expect, test } from 'vitest';
import { readBatchesSearch, readBatchSearch } from './search';

test('filters of the address are read', () => {
  const search = readBatchesSearch({ q: ' invoices ', status: ['failed', 'queued'], from: '2026-11-01', sort: 'name' });

  expect(search).toMatchObject({ q: ' invoices ', status: ['queued', 'failed'], from: '2026-11-01', sort: 'name' });
});

test('what is no good value there falls back', () => {
  const search = readBatchesSearch({ q: '', status: ['nonsense'], from: '2026-13-45', to: 7, sort: 'drop table', cursor: {} });

  expect(Object.values(search).filter((value) => value !== undefined)).toEqual([]);
});

test('one status may stand alone', () => {
  expect(readBatchSearch({ status: 'failed', tab: 'results' })).toMatchObject({ status: ['failed'], tab: 'results' });
});

test('a number is a search too', () => {
  expect(readBatchesSearch({ q: 2026 }).q).toBe('2026');
});
