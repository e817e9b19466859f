import { expect, test } from 'vitest';
import type { FieldEvidence } from '@/shared/api/client';
import { added, applied, reverted } from './edits';
import { moved, valueAt } from './paths';

const sure: FieldEvidence = { confidence: 0.9 };
const data = { total: 10, line_items: [{ amount: 1 }, { amount: 2 }, { amount: 3 }] };
const fields = { total: sure, 'line_items[0].amount': sure, 'line_items[1].amount': { confidence: 0.2 }, 'line_items[2].amount': { confidence: 0.3 } };

test('a corrected value is the person’s: sure, and without the old doubts', () => {
  const working = applied(data, { total: { confidence: 0.2, warnings: ['ungrounded'] } }, [{ action: 'set', path: 'total', value: 12 }]);

  expect(valueAt(working.data, 'total')).toBe(12);
  expect(working.fields.total).toMatchObject({ confidence: 1, warnings: [], confirmed: true });
  expect(working.edited).toContain('total');
});

test('what was read stays as it was', () => {
  applied(data, fields, [{ action: 'remove', path: 'line_items[0]' }]);

  expect(data.line_items).toHaveLength(3);
});

test('the evidence of rows moves along when one above them is removed', () => {
  const working = applied(data, fields, [{ action: 'remove', path: 'line_items[1]' }]);

  expect(valueAt(working.data, 'line_items[1].amount')).toBe(3);
  expect(working.fields['line_items[1].amount']).toEqual({ confidence: 0.3 });
  expect(working.fields['line_items[2].amount']).toBeUndefined();
});

test('and when one is put in', () => {
  const working = applied(data, fields, [{ action: 'insert', path: 'line_items[1]', value: {} }]);

  expect(valueAt(working.data, 'line_items[2].amount')).toBe(2);
  expect(working.fields['line_items[2].amount']).toEqual({ confidence: 0.2 });
});

test('typing on in one place is one act', () => {
  const first = added([], { action: 'set', path: 'total', value: 1 });

  expect(added(first, { action: 'set', path: 'total', value: 12 })).toEqual([{ action: 'set', path: 'total', value: 12 }]);
});

test('an act is taken back, but not once rows have moved', () => {
  const set = { action: 'set', path: 'total', value: 1 } as const;
  const removal = { action: 'remove', path: 'line_items[0]' } as const;

  expect(reverted([set], 'total')).toEqual([]);
  expect(reverted([set, removal], 'total')).toEqual([set, removal]);
});

test('rows before the first that moved keep their path', () => {
  expect(moved('line_items[0].amount', 'line_items', 1, 1)).toBe('line_items[0].amount');
  expect(moved('line_items[12].amount', 'line_items', 1, -1)).toBe('line_items[11].amount');
});
