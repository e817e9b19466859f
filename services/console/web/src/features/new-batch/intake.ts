/** From files that were picked to an open batch that receives them: checked, opened once, announced, queued. */
import type { ExpectedFile } from '@/shared/api/client';
import { counted } from '@/shared/format/numbers';
import { changeOpenBatch, openBatch } from './api';
import { check, type Limits, pathOf } from './checks';
import { asWish, type Draft } from './draft';
import type { Begin, Item, UploadQueue } from './uploadQueue';

export type Refused = { path: string; reason: string };
type Picked = { file: File; path: string; kind: NonNullable<Item['kind']> };
type Wishes = {
  queue: UploadQueue;
  limits: Limits;
  draft: () => Draft;
  shrink: () => boolean;
  batchId: () => string | undefined;
  onOpened: (batchId: string) => void;
  onRefused: (refused: Refused[]) => void;
};

export class Intake {
  #chain: Promise<unknown> = Promise.resolve();

  constructor(private readonly wishes: Wishes) {}

  /** One handful after the other, so that positions and the opening of the batch cannot cross. */
  take(files: File[]): Promise<void> {
    const taking = this.#chain.then(() => this.#take(files));
    this.#chain = taking.catch(() => undefined);
    return taking;
  }

  async #take(files: File[]): Promise<void> {
    const { queue, onRefused } = this.wishes;
    const { good, refused } = await this.#judge(files);
    onRefused(refused);
    const fresh = good.filter(({ path }) => !queue.find(path));
    const again = good.filter(({ path }) => queue.find(path));
    const items = fresh.map((picked, index) => newItem(picked, queue.nextPosition() + index));
    if (items.length) await this.#announce(items);
    items.forEach((item, index) => queue.add(item, fresh[index]?.file));
    for (const { file, path } of again) {
      const item = queue.find(path);
      if (item && item.state !== 'complete') queue.add({ ...item, state: 'waiting', problem: undefined }, file);
    }
  }

  async #judge(files: File[]): Promise<{ good: Picked[]; refused: Refused[] }> {
    const good: Picked[] = [];
    const refused: Refused[] = [];
    let room = (this.wishes.limits.filesPerBatch ?? Number.POSITIVE_INFINITY) - this.wishes.queue.snapshot().length;
    for (const original of files) {
      const path = pathOf(original);
      const refuse = (reason: string) => refused.push({ path, reason });
      const known = this.wishes.queue.find(path);
      const verdict = await check(original);
      if (verdict.refusal) refuse(verdict.refusal);
      else if ((known && (known.state === 'complete' || this.wishes.queue.has(known.position))) || good.some((one) => one.path === path)) {
        refuse('A file of this name is in the batch already.');
      } else if (!known && room <= 0) refuse(`Your plan allows ${counted(this.wishes.limits.filesPerBatch ?? 0, 'file')} a batch.`);
      else if (verdict.kind) {
        if (!known) room -= 1;
        good.push({ file: await this.#sized(original), path, kind: verdict.kind });
      }
    }
    return { good, refused };
  }

  async #sized(file: File): Promise<File> {
    if (!this.wishes.shrink()) return file;
    const { shrunk } = await import('./shrink');
    return shrunk(file);
  }

  /** Tell the server which files will come, so that it can say after a reload what is missing. */
  async #announce(items: Item[]): Promise<void> {
    const { queue, draft, batchId, onOpened } = this.wishes;
    const files = expected([...queue.snapshot(), ...items]);
    const id = batchId();
    if (id) await changeOpenBatch(id, { ...asWish(draft()), files });
    else onOpened((await openBatch({ ...asWish(draft()), files })).id);
  }
}

const newItem = ({ file, path, kind }: Picked, position: number): Item => ({
  position,
  path,
  kind,
  name: file.name,
  size: file.size,
  state: 'waiting',
  sent: 0,
});

/** By position. The place of a removed file is kept by an empty one, which is not waited for at the end. */
export function expected(items: readonly Item[]): ExpectedFile[] {
  const length = Math.max(-1, ...items.map((item) => item.position)) + 1;
  return Array.from({ length }, (_, position) => {
    const item = items.find((one) => one.position === position);
    return item ? { file_name: item.name, size: item.size, relative_path: item.path } : { file_name: 'removed', size: 0 };
  });
}

export const lazyTransport =
  (batchId: () => string | undefined): Begin =>
  (item, file, tell) => {
    let stopped = false;
    const running = import('./tusTransport').then(({ tusTransport }) => (stopped ? undefined : tusTransport(batchId() ?? '')(item, file, tell)));
    running.catch(() => tell.failed('This part of the console could not be loaded. Reload the page.'));
    return {
      stop: async (forGood) => {
        stopped = true;
        await (await running)?.stop(forGood);
      },
    };
  };
