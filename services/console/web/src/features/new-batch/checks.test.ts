import { expect, test } from 'vitest';
import { check, kindOf, LARGEST_BYTES } from './checks';

const bytes = (...values: number[]) => new Uint8Array(values);
const text = (value: string) => new TextEncoder().encode(value);

test('files are told by their content, not by their name', async () => {
  expect(kindOf(text('%PDF-1.7'))).toBe('pdf');
  expect(kindOf(text('junk before %PDF-1.4'))).toBe('pdf');
  expect(kindOf(bytes(0xff, 0xd8, 0xff, 0xe0))).toBe('jpg');
  expect(kindOf(bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a))).toBe('png');
  expect((await check(new Blob(['hello']))).refusal).toContain('Neither PDF, JPG nor PNG');
});

test('empty and too large files are refused with what helps', async () => {
  expect((await check(new Blob([]))).refusal).toBe('The file is empty.');
  expect((await check({ size: LARGEST_BYTES + 1 } as Blob)).refusal).toContain('50 MB');
});
