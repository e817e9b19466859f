import { expect, test } from 'vitest';
import { expectedSeconds } from './estimate';

test('a big batch takes as long as all its documents, not as one of them', () => {
  expect(expectedSeconds(1_200, 4)).toBe(1_200);
});

test('a batch of one takes no less than a document alone', () => {
  expect(expectedSeconds(1, 4)).toBe(4);
});

test('nothing is said where nothing is known', () => {
  expect(expectedSeconds(null, undefined)).toBeUndefined();
});
