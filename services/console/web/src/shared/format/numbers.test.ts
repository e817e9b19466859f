import { expect, test } from 'vitest';
import { listed } from './numbers';

test.each([
  [1, false, '1 batch'],
  [12, false, '12 batches'],
  [1000, false, 'More than 1,000 batches'],
  [500, true, 'The newest 500 batches of more that match'],
])('a list that counts %d, cut: %s, says "%s"', (total, search_cut, said) => {
  expect(listed({ total, search_cut }, 'batch', 'batches')).toBe(said);
});
