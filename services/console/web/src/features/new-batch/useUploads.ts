/** The uploads of the wizard as a hook: the queue, what was refused, and an open batch taken up again after a reload. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { OpenBatch } from '@/shared/api/client';
import { Problem } from '@/shared/api/problem';
import { sessionQuery } from '@/shared/session';
import { useToasts } from '@/shared/ui/toasts';
import type { Limits } from './checks';
import type { Draft } from './draft';
import { Intake, lazyTransport, type Refused } from './intake';
import { type Item, UploadQueue } from './uploadQueue';

type Wishes = { batchId: string | undefined; draft: Draft; limits: Limits; onOpened: (batchId: string) => void };

export function useUploads({ batchId, draft, limits, onOpened }: Wishes) {
  const tell = useToasts();
  const latest = useRef({ batchId, draft, shrink: false });
  latest.current.batchId ??= batchId;
  latest.current.draft = draft;
  const [shrink, setShrink] = useState(false);
  latest.current.shrink = shrink;
  const [refused, setRefused] = useState<Refused[]>([]);
  const queue = useMemo(() => new UploadQueue(lazyTransport(() => latest.current.batchId)), []);
  const items = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const intake = useMemo(
    () =>
      new Intake({
        queue,
        limits,
        draft: () => latest.current.draft,
        shrink: () => latest.current.shrink,
        batchId: () => latest.current.batchId,
        onOpened: (id) => {
          latest.current.batchId = id;
          onOpened(id);
        },
        onRefused: (more) => setRefused((before) => [...before, ...more]),
      }),
    [queue, limits, onOpened],
  );

  const held = useRef<File[]>([]);
  const [turnedAway, setTurnedAway] = useState(false);
  const add = useCallback(
    (files: File[]) =>
      intake.take(files).catch((error: unknown) => {
        tell.failed(error);
        if (!(error instanceof Problem) || error.status !== 401) return;
        held.current = [...held.current, ...files];
        setTurnedAway(true);
      }),
    [intake, tell],
  );
  const goOn = useCallback(() => {
    setTurnedAway(false);
    queue.retryLost('session');
    if (held.current.length) void add(held.current.splice(0));
  }, [add, queue]);
  const remove = useCallback(
    async (position: number) => {
      const removed = await queue.remove(position);
      const file = removed?.file;
      if (!removed || !file) return;
      tell.done(`${removed.item.name} removed.`, {
        label: 'Undo',
        run: () => queue.add({ ...removed.item, state: 'waiting', sent: 0, url: undefined }, file),
      });
    },
    [queue, tell],
  );
  const takeUp = useCallback((open: OpenBatch) => open.files.filter((file) => file.size > 0).forEach((file) => queue.add(known(file))), [queue]);

  useEffect(() => {
    const again = () => queue.retryLost('connection');
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [queue]);
  useSignedInAgain(turnedAway || items.some((item) => item.lost === 'session'), goOn);
  useLeaveWarning(items.some((item) => item.state === 'uploading' || (item.state === 'waiting' && queue.has(item.position))));
  return { items, refused, clearRefused: () => setRefused([]), add, remove, takeUp, queue, shrink, setShrink };
}

/** Files were turned away for want of a session: the way in is shown, and it goes on once somebody took it. */
function useSignedInAgain(out: boolean, goOn: () => void): void {
  const queryClient = useQueryClient();
  const { dataUpdatedAt } = useQuery(sessionQuery);
  useEffect(() => {
    if (out) void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  }, [out, queryClient]);
  useEffect(() => goOn(), [dataUpdatedAt, goOn]);
}

export type Uploads = ReturnType<typeof useUploads>;

function known(file: OpenBatch['files'][number]): Item {
  return {
    position: file.position,
    path: file.relative_path ?? file.file_name,
    name: file.file_name,
    size: file.size,
    state: file.state === 'complete' ? 'complete' : 'waiting',
    sent: file.offset ?? 0,
    url: file.upload_url ?? undefined,
  };
}

/** Asks before the page is left while files are on their way. */
function useLeaveWarning(busy: boolean): void {
  useEffect(() => {
    if (!busy) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [busy]);
}
