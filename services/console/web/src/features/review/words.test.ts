import { expect, test } from 'vitest';
import type { WordOnPage } from '@/shared/api/client';
import { placeOf, taken } from './words';

const word = (text: string, x0: number, y0: number): WordOnPage => ({ text, box: [x0, y0, x0 + 0.1, y0 + 0.02], confidence: null });
const words = [word('Halden', 0.1, 0.1), word('&', 0.22, 0.1), word('Rook', 0.34, 0.1), word('Total', 0.1, 0.5)];

test('a press takes the word under it, or none', () => {
  expect(taken(words, { x: 0.15, y: 0.11 }, { x: 0.15, y: 0.11 })).toEqual([words[0]]);
  expect(taken(words, { x: 0.9, y: 0.9 }, { x: 0.9, y: 0.9 })).toEqual([]);
});

test('a drag takes all it touches, in whichever direction', () => {
  expect(taken(words, { x: 0.4, y: 0.13 }, { x: 0.05, y: 0.09 }).map((one) => one.text)).toEqual(['Halden', '&', 'Rook']);
});

test('words together make one place with their text', () => {
  expect(placeOf(words.slice(0, 2), 3)).toEqual({ page: 3, bbox: [0.1, 0.1, 0.32, 0.12000000000000001], text: 'Halden &' });
});
