import { expect, test } from 'vitest';
import { fieldsOf, levelOf, nextOpen, parsed } from './fields';

const schema = {
  type: 'object',
  properties: { supplier: { type: 'string' }, total: { type: 'number' }, line_items: { type: 'array', items: { properties: { amount: { type: 'number' } } } } },
};

test('empty values of the schema are there too, lists by their rows', () => {
  const fields = fieldsOf({ total: 3, line_items: [{ amount: 1 }] }, schema, {});

  expect(fields.map((field) => field.path)).toEqual(['supplier', 'total', 'line_items[0].amount']);
  expect(fields.map((field) => field.row)).toEqual([undefined, undefined, 'line_items[0]']);
});

test('a warning must be looked at, little confidence should, a person’s word is enough', () => {
  expect(levelOf('x', { confidence: 1, warnings: ['ungrounded'] })).toBe('must');
  expect(levelOf('x', { confidence: 0.5 })).toBe('check');
  expect(levelOf('x', { confidence: 0.95 })).toBe('fine');
  expect(levelOf('x', { confidence: 0.1, warnings: ['ungrounded'], confirmed: true })).toBe('confirmed');
  expect(levelOf(null, undefined)).toBe('fine');
});

test('numbers are numbers, and nonsense is refused', () => {
  expect(parsed('1 234.50', 'number')).toBe(1234.5);
  expect(parsed('about ten', 'number')).toBeUndefined();
  expect(parsed(' ', 'number')).toBeNull();
  expect(parsed('No', 'boolean')).toBe(false);
});

test('what must be changed comes before what should be checked, wherever it stands', () => {
  const fields = fieldsOf({ a: 'x', b: 'y', c: 'z' }, {}, { a: { confidence: 0.9 }, b: { confidence: 0.2 }, c: { confidence: 0.9, warnings: ['ungrounded'] } });

  expect(nextOpen(fields, undefined)?.path).toBe('c');
  expect(nextOpen(fields, 'c')?.path).toBe('b');
});
