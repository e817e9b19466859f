import { expect, test } from 'vitest';
import { asWish, EMPTY, promptProblem, schemaProblem } from './draft';

test('a global batch needs a prompt or a schema', () => {
  const draft = { ...EMPTY, strategy: 'global' as const };

  expect(promptProblem(draft, [0])).toBe('Write the prompt for all files, or give a schema.');
  expect(promptProblem({ ...draft, prompt: 'Total' }, [0])).toBeUndefined();
  expect(promptProblem({ ...draft, schema: '{"type": "object"}' }, [0])).toBeUndefined();
});

test('per document, every file that is left needs a prompt', () => {
  const draft = { ...EMPTY, strategy: 'per_document' as const, prompts: { 0: 'a', 1: ' ' } };

  expect(promptProblem(draft, [0, 1, 4])).toBe('2 of 3 files have no prompt yet.');
  expect(promptProblem(draft, [0])).toBeUndefined();
});

test('prompts go by position, with gaps for files that were removed', () => {
  const wish = asWish({ ...EMPTY, strategy: 'per_document', prompts: { 0: 'a', 3: ' d ' } });

  expect(wish.prompts).toEqual(['a', null, null, 'd']);
});

test('a prompt of another strategy is not sent', () => {
  expect(asWish({ ...EMPTY, strategy: 'auto', prompt: 'left over' }).prompt).toBeNull();
});

test('a schema must be JSON of an object', () => {
  expect(schemaProblem('{')).toBe('This is not valid JSON.');
  expect(schemaProblem('{"type": "array"}')).toContain('must describe an object');
  expect(schemaProblem('')).toBeUndefined();
});
