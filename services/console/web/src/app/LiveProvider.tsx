/** Opens the one stream of the console and brings what is on the screen up to date, four times a second at most. */
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Batch, BatchPage, Document, DocumentPage } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { hasEnded, patched, Waiting, without } from '@/shared/live/changes';
import { LiveContext } from '@/shared/live/context';
import { follow, type LiveState } from '@/shared/live/stream';

const EVERY_MS = 250;
const REFETCH_EVERY_MS = 5_000;

export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const [newsAt, setNewsAt] = useState<number | null>(null);
  const [unseen, setUnseen] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState(true);
  const refetched = useRef(0);

  useEffect(() => {
    if (!wanted) return undefined;
    const waiting = new Waiting();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const fresh = applyChanges(queryClient, waiting.take());
      if (fresh.length) setUnseen((now) => new Set([...now, ...fresh]));
      if (Date.now() - refetched.current > REFETCH_EVERY_MS) {
        refetched.current = Date.now();
        void queryClient.invalidateQueries({ queryKey: keys.documents, refetchType: 'active' });
      }
      setNewsAt(Date.now());
    };
    const stop = follow({
      open: () => new EventSource('/api/events'),
      onState: setState,
      onEvent: ({ kind, data }) => {
        waiting.add(kind, data);
        timer ??= setTimeout(flush, EVERY_MS);
      },
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [wanted, queryClient]);

  const forgetUnseen = useCallback(() => setUnseen(new Set()), []);
  const live = useMemo(() => ({ state, newsAt, unseen, wanted, setWanted, forgetUnseen }), [state, newsAt, unseen, wanted, forgetUnseen]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** Patch every list and page that shows one of these; returns the batches that are in no list. */
function applyChanges(queryClient: QueryClient, { batches, documents, deleted }: ReturnType<Waiting['take']>): string[] {
  const lists = queryClient.getQueriesData<BatchPage>({ queryKey: keys.batches });
  const listed = new Set(lists.flatMap(([, page]) => page?.items.map((item) => item.id) ?? []));
  queryClient.setQueriesData<BatchPage>({ queryKey: keys.batches }, (page) => page && without(patched<Batch, BatchPage>(page, batches), deleted));
  for (const [id, change] of batches) {
    queryClient.setQueryData<Batch>(keys.batch(id), (batch) => batch && { ...batch, ...change });
    // The change has no times and no reasons of failures: read them once the batch has come to its end.
    if (change.status && hasEnded(change.status)) {
      void queryClient.invalidateQueries({ queryKey: keys.notices });
      void queryClient.invalidateQueries({ queryKey: keys.batch(id) });
      void queryClient.invalidateQueries({ queryKey: keys.results(id) });
    }
  }
  queryClient.setQueriesData<InfiniteData<DocumentPage>>(
    { queryKey: keys.documents },
    (list) => list && { ...list, pages: list.pages.map((page) => patched<Document, DocumentPage>(page, documents)) },
  );
  // Exactly this: the result that somebody may be working on is not taken away.
  for (const id of documents.keys()) void queryClient.invalidateQueries({ queryKey: keys.document(id), exact: true });
  return lists.length ? [...batches.keys()].filter((id) => !listed.has(id)) : [];
}
