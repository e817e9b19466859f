/** The files of a batch on their way: a few at a time, each with its state; what shows them is told four times a second at most. */
import type { Kind } from './checks';

export type State = 'waiting' | 'uploading' | 'complete' | 'failed' | 'refused';
export type Lost = 'connection' | 'session';
export type Item = {
  position: number;
  path: string;
  name: string;
  size: number;
  kind?: Kind;
  state: State;
  sent: number;
  problem?: string;
  /** What it failed for want of, and what mends it when it is back. */
  lost?: Lost;
  /** Where bytes of it are already. */
  url?: string;
};
export type Running = { stop: (forGood: boolean) => Promise<void> };
export type Begin = (
  item: Item,
  file: Blob,
  tell: {
    progress: (sent: number) => void;
    done: () => void;
    /** It goes on trying. */
    trouble: (problem: string) => void;
    failed: (problem: string, lost?: Lost) => void;
    url: (url: string) => void;
  },
) => Running;

const AT_ONCE = 5;
const TOLD_EVERY_MS = 250;

export class UploadQueue {
  #items: Item[] = [];
  #files = new Map<number, Blob>();
  #running = new Map<number, Running>();
  #paused = false;
  #snapshot: readonly Item[] = [];
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly begin: Begin) {}

  /** For useSyncExternalStore. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  snapshot = (): readonly Item[] => this.#snapshot;

  get paused(): boolean {
    return this.#paused;
  }

  /** The next free place; places of removed files stay empty. */
  nextPosition(): number {
    return Math.max(-1, ...this.#items.map((item) => item.position)) + 1;
  }

  find(path: string): Item | undefined {
    return this.#items.find((item) => item.path === path);
  }

  /** Add a file, or give one that is known from before its bytes again. */
  add(item: Item, file?: Blob): void {
    const known = this.#items.findIndex((one) => one.position === item.position);
    if (known < 0) this.#items.push(item);
    else this.#items[known] = item;
    if (file) this.#files.set(item.position, file);
    this.#fill();
    this.#changed(true);
  }

  has(position: number): boolean {
    return this.#files.has(position);
  }

  async pause(): Promise<void> {
    this.#paused = true;
    const stopping = [...this.#running].map(([position, running]) => {
      this.#set(position, { state: 'waiting' });
      return running.stop(false);
    });
    this.#running.clear();
    this.#changed(true);
    await Promise.all(stopping);
  }

  resume(): void {
    this.#paused = false;
    this.#fill();
    this.#changed(true);
  }

  retryFailed(): void {
    this.#again((item) => item.state === 'failed');
    this.resume();
  }

  /** The connection or the session is back: what failed for want of it goes on. A paused queue stays paused. */
  retryLost(lost: Lost): void {
    this.#again((item) => item.state === 'failed' && item.lost === lost);
    this.#fill();
    this.#changed(true);
  }

  /** Take a file out; what was sent of it is deleted. Returns it, so that it can be put back. */
  async remove(position: number): Promise<{ item: Item; file: Blob | undefined } | undefined> {
    const item = this.#items.find((one) => one.position === position);
    if (!item) return undefined;
    const file = this.#files.get(position);
    const running = this.#running.get(position);
    this.#items = this.#items.filter((one) => one !== item);
    this.#files.delete(position);
    this.#running.delete(position);
    this.#fill();
    this.#changed(true);
    await running?.stop(true);
    return { item, file };
  }

  /** Stop everything; nothing is told any more. */
  async close(): Promise<void> {
    this.#listeners.clear();
    clearTimeout(this.#timer);
    await Promise.all([...this.#running.values()].map((running) => running.stop(false)));
    this.#running.clear();
  }

  #again(which: (item: Item) => boolean): void {
    for (const item of this.#items.filter(which)) this.#set(item.position, { state: 'waiting', problem: undefined, lost: undefined });
  }

  #fill(): void {
    if (this.#paused) return;
    for (const item of this.#items) {
      if (this.#running.size >= AT_ONCE) return;
      const file = this.#files.get(item.position);
      if (item.state === 'waiting' && file && !this.#running.has(item.position)) this.#start(item, file);
    }
  }

  #start(item: Item, file: Blob): void {
    const { position } = item;
    this.#set(position, { state: 'uploading', problem: undefined });
    const mine = () => this.#running.get(position) === running;
    const end = (part: Partial<Item>) => {
      if (!mine()) return;
      this.#running.delete(position);
      this.#set(position, part);
      this.#fill();
      this.#changed(true);
    };
    const running: Running = this.begin(item, file, {
      progress: (sent) => mine() && this.#set(position, { sent, problem: undefined }),
      trouble: (problem) => mine() && this.#set(position, { problem }),
      url: (url) => this.#set(position, { url }),
      done: () => end({ state: 'complete', sent: item.size, problem: undefined }),
      failed: (problem, lost) => end({ state: 'failed', problem, lost }),
    });
    this.#running.set(position, running);
  }

  #set(position: number, part: Partial<Item>): void {
    this.#items = this.#items.map((item) => (item.position === position ? { ...item, ...part } : item));
    this.#changed(false);
  }

  #changed(now: boolean): void {
    const tell = () => {
      this.#timer = undefined;
      this.#snapshot = [...this.#items];
      for (const listener of this.#listeners) listener();
    };
    if (now) {
      clearTimeout(this.#timer);
      tell();
    } else {
      this.#timer ??= setTimeout(tell, TOLD_EVERY_MS);
    }
  }
}
