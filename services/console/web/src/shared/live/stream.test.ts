import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { follow, type LiveEvent, type LiveState, type Source } from './stream';

class FakeSource implements Source {
  readyState = 1;
  closed = false;
  #listeners = new Map<string, ((event: Event) => void)[]>();

  addEventListener = (kind: string, listener: (event: Event) => void) => {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener]);
  };
  close = () => {
    this.closed = true;
  };
  tell(kind: string, data?: unknown): void {
    const event = Object.assign(new Event(kind), { data: JSON.stringify(data) });
    for (const listener of this.#listeners.get(kind) ?? []) listener(event);
  }
}

let sources: FakeSource[];
let states: LiveState[];
let events: LiveEvent[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  [sources, states, events] = [[], [], []];
  stop = follow({
    open: () => {
      sources.push(new FakeSource());
      return sources.at(-1)!;
    },
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  });
});
afterEach(() => vi.useRealTimers());

test('events are handed on by their kind', () => {
  sources[0]!.tell('open');
  sources[0]!.tell('batch.changed', { id: '1', completed: 3 });

  expect(states).toEqual(['connecting', 'live']);
  expect(events).toEqual([{ kind: 'batch.changed', data: { id: '1', completed: 3 } }]);
});

test('a cut is left to the browser, which comes back by itself', () => {
  sources[0]!.readyState = 0;
  sources[0]!.tell('error');
  vi.advanceTimersByTime(60_000);

  expect(sources).toHaveLength(1);
});

test('after a refusal it is tried again, ever more slowly, and quickly again once it was live', () => {
  const refuse = () => {
    sources.at(-1)!.readyState = 2;
    sources.at(-1)!.tell('error');
  };
  refuse();
  vi.advanceTimersByTime(1_000);
  expect(sources).toHaveLength(2);
  refuse();
  vi.advanceTimersByTime(1_000);
  expect(sources).toHaveLength(2);
  vi.advanceTimersByTime(1_000);
  expect(sources).toHaveLength(3);

  sources[2]!.tell('open');
  refuse();
  vi.advanceTimersByTime(1_000);
  expect(sources).toHaveLength(4);
});

test('nothing follows after it was stopped', () => {
  stop();
  sources[0]!.readyState = 2;
  sources[0]!.tell('error');
  vi.advanceTimersByTime(60_000);

  expect(sources).toHaveLength(1);
  expect(sources[0]!.closed).toBe(true);
  expect(states.at(-1)).toBe('off');
});
