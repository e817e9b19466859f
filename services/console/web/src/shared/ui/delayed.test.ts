import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Delayed } from './delayed';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('an act is done once its time has come', () => {
  const run = vi.fn();
  new Delayed(100).add(run);
  vi.advanceTimersByTime(99);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test('what is taken back in time is never done', () => {
  const run = vi.fn();
  const takeBack = new Delayed(100).add(run);
  expect(takeBack()).toBe(true);
  vi.advanceTimersByTime(200);
  expect(run).not.toHaveBeenCalled();
});

test('it is too late to take back what was done', () => {
  const takeBack = new Delayed(100).add(() => undefined);
  vi.advanceTimersByTime(100);
  expect(takeBack()).toBe(false);
});

test('leaving the page does all that waits, and each only once', () => {
  const run = vi.fn();
  const delayed = new Delayed(100);
  delayed.add(run);
  delayed.add(run);
  delayed.runAll();
  vi.advanceTimersByTime(200);
  expect(run).toHaveBeenCalledTimes(2);
});
