import { expect, test } from 'vitest';
import { decimalsOf, shownValue } from './values';

test('the amounts of a column are shown with as many decimals as the most exact of them', () => {
  const column = [1674.9, 287_088, 15_649.05, null, 'none'];
  const decimals = decimalsOf(column);
  expect(column.map((value) => shownValue(value, decimals))).toEqual(['1,674.90', '287,088.00', '15,649.05', '', 'none']);
});

test('whole numbers stay whole', () => {
  expect(shownValue(12, decimalsOf([12, 7]))).toBe('12');
});
