import { expect, test } from 'vitest';
import { ago, duration } from './dates';

test('a duration is told in its two largest units, and without an empty one', () => {
  expect([0.43, 12, 60, 79.6, 3600, 3661, 7_199].map(duration)).toEqual(['0.4 s', '12 s', '1 min', '1 min 20 s', '1 h', '1 h 1 min', '2 h']);
});

test('nothing was sixty seconds or sixty minutes ago', () => {
  const now = Date.parse('2026-11-22T08:00:00Z');
  expect(ago('2026-11-22T07:59:00.300Z', now)).toBe('1 min. ago');
  expect(ago('2026-11-22T07:00:10Z', now)).toBe('1 hr. ago');
});

test('what was a moment ago is now', () => {
  expect(ago('2026-11-22T08:00:00Z', Date.parse('2026-11-22T08:00:03Z'))).toBe('just now');
});
