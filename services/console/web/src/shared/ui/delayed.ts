/** Acts that are done a little later, so that they can be taken back until then; all at once when the page is left. */
export class Delayed {
  #waiting = new Map<() => void, ReturnType<typeof setTimeout>>();

  constructor(private readonly milliseconds: number) {}

  /** Returns what takes it back: true if that was in time. */
  add(run: () => void): () => boolean {
    const act = () => run();
    const timer = setTimeout(() => this.#take(act) && act(), this.milliseconds);
    this.#waiting.set(act, timer);
    return () => this.#take(act);
  }

  runAll(): void {
    for (const act of this.#waiting.keys()) if (this.#take(act)) act();
  }

  #take(act: () => void): boolean {
    clearTimeout(this.#waiting.get(act));
    return this.#waiting.delete(act);
  }
}
