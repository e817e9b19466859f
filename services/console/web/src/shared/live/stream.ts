/** The one stream of changes. The browser comes back by itself after a cut; after a refusal this does, ever more slowly. */
export type LiveState = 'connecting' | 'live' | 'off';
export type LiveEvent = { kind: string; data: unknown };
export type Source = { readonly readyState: number; addEventListener: (kind: string, listener: (event: Event) => void) => void; close: () => void };

type Wishes = {
  open: () => Source;
  onEvent: (event: LiveEvent) => void;
  onState: (state: LiveState) => void;
  firstPauseMs?: number;
};

const KINDS = ['snapshot', 'batch.changed', 'batch.deleted', 'document.changed'];
const LONGEST_PAUSE_MS = 30_000;
const CLOSED = 2;

/** Follow until the returned function is called. */
export function follow({ open, onEvent, onState, firstPauseMs = 1_000 }: Wishes): () => void {
  let pause = firstPauseMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: Source | undefined;
  let ended = false;

  const connect = () => {
    onState('connecting');
    const mine = open();
    source = mine;
    mine.addEventListener('open', () => {
      pause = firstPauseMs;
      onState('live');
    });
    mine.addEventListener('error', () => {
      if (ended) return;
      onState('connecting');
      if (mine.readyState !== CLOSED) return;
      timer = setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    });
    for (const kind of KINDS) {
      mine.addEventListener(kind, (event) => onEvent({ kind, data: JSON.parse((event as MessageEvent<string>).data) }));
    }
  };

  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
    onState('off');
  };
}
