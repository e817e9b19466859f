import { expect, test } from 'vitest';
import { asCsv } from './csv';

test('cells with commas, quotes and line ends are quoted', () => {
  expect(asCsv([['a,b', 'say "hi"', 'two\nlines', 3, null]])).toBe('\uFEFF"a,b","say ""hi""","two\nlines",3,\r\n');
});

test('no cell can become a formula', () => {
  expect(asCsv([['=1+1', '@x', '-5', -5]])).toBe("\uFEFF'=1+1,'@x,'-5,-5\r\n");
});
