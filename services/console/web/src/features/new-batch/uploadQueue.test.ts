import { beforeEach, expect, test, vi } from 'vitest';
import { type Begin, type Item, UploadQueue } from './uploadQueue';

type Tell = Parameters<Begin>[2];
let told: Map<number, Tell>;
let stopped: [number, boolean][];
let queue: UploadQueue;

const file = new Blob(['x']);
const item = (position: number): Item => ({ position, path: `${position}.pdf`, name: `${position}.pdf`, size: 100, state: 'waiting', sent: 0 });
const states = () => queue.snapshot().map((one) => one.state);

beforeEach(() => {
  told = new Map();
  stopped = [];
  queue = new UploadQueue((one, _file, tell) => {
    told.set(one.position, tell);
    return {
      stop: async (forGood) => {
        stopped.push([one.position, forGood]);
      },
    };
  });
});

test('five files are sent at a time, and the next one when one is done', () => {
  for (let position = 0; position < 7; position += 1) queue.add(item(position), file);
  expect([...told.keys()]).toEqual([0, 1, 2, 3, 4]);

  told.get(2)?.done();

  expect([...told.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(states()[2]).toBe('complete');
});

test('a paused queue stops what runs, keeps what was sent, and goes on where it was', async () => {
  queue.add(item(0), file);
  told.get(0)?.progress(60);
  await queue.pause();
  expect(stopped).toEqual([[0, false]]);
  expect(queue.snapshot()[0]).toMatchObject({ state: 'waiting', sent: 60 });

  told.clear();
  queue.resume();

  expect([...told.keys()]).toEqual([0]);
});

test('news of a stopped upload change nothing any more', async () => {
  queue.add(item(0), file);
  await queue.pause();

  told.get(0)?.failed('cut off');

  expect(states()).toEqual(['waiting']);
});

test('a failed file keeps its reason until all that failed are tried again', () => {
  queue.add(item(0), file);
  told.get(0)?.failed('No connection.');
  expect(queue.snapshot()[0]).toMatchObject({ state: 'failed', problem: 'No connection.' });

  queue.retryFailed();

  expect(states()).toEqual(['uploading']);
});

test('when the connection is back, only what failed for want of it goes on', () => {
  queue.add(item(0), file);
  queue.add(item(1), file);
  told.get(0)?.failed('The connection was lost.', 'connection');
  told.get(1)?.failed('The batch takes no more files.');

  queue.retryLost('connection');

  expect(states()).toEqual(['uploading', 'failed']);
});

test('a removed file is deleted on the server too, and its place stays empty', async () => {
  queue.add(item(0), file);
  queue.add(item(1), file);

  await queue.remove(1);

  expect(stopped).toEqual([[1, true]]);
  expect(queue.snapshot().map((one) => one.position)).toEqual([0]);
});

test('a file known from before is not sent until its bytes are given again', () => {
  queue.add(item(0));
  expect(told.size).toBe(0);

  queue.add(item(0), file);

  expect(states()).toEqual(['uploading']);
});

test('progress is told four times a second at most', () => {
  vi.useFakeTimers();
  const listener = vi.fn();
  queue.add(item(0), file);
  queue.subscribe(listener);

  for (let sent = 0; sent < 100; sent += 1) told.get(0)?.progress(sent);
  vi.advanceTimersByTime(250);
  vi.useRealTimers();

  expect(listener).toHaveBeenCalledTimes(1);
  expect(queue.snapshot()[0]?.sent).toBe(99);
});
