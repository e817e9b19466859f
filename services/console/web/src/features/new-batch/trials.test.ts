import { expect, test } from 'vitest';
import { uploadId } from './trials';
import type { Item } from './uploadQueue';

const item = (part: Partial<Item>): Item => ({ position: 0, path: 'a.pdf', name: 'a.pdf', size: 1, state: 'complete', sent: 1, ...part });

test('a file that is there is known by the last part of its address', () => {
  expect(uploadId(item({ url: '/api/uploads/0b5e' }))).toBe('0b5e');
});

test('a file on its way cannot be tried', () => {
  expect(uploadId(item({ state: 'uploading', url: '/api/uploads/0b5e' }))).toBeUndefined();
});
