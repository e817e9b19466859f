import { expect, test, vi } from 'vitest';
import { isOutdated } from './outdated';

const MINE = '/assets/index-old.js';
const serving = (script: string) => vi.fn(async () => new Response(`<script type="module" src="${script}"></script>`));

test('another release is told by the script that its page loads', async () => {
  expect(await isOutdated(MINE, serving('/assets/index-new.js'))).toBe(true);
});

test('the same release is not outdated, whatever could not be loaded', async () => {
  expect(await isOutdated(MINE, serving(MINE))).toBe(false);
});

test('nothing is outdated while nothing answers', async () => {
  expect(await isOutdated(MINE, vi.fn(async () => Promise.reject(new TypeError('offline'))))).toBe(false);
});
