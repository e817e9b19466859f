/** What was deleted here and can still be taken back: hidden from every list until it is gone, or back. */
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';

const KEY = ['leaving'] as const;
const NOTHING: ReadonlySet<string> = new Set();

export function useLeaving(): ReadonlySet<string> {
  return useQuery({ queryKey: KEY, queryFn: skipToken, initialData: NOTHING, staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY }).data ?? NOTHING;
}

/** The two ways: out of sight, and back. */
export function useHiding(): { hide: (ids: readonly string[]) => void; show: (ids: readonly string[]) => void } {
  const queryClient = useQueryClient();
  const change = (next: (now: ReadonlySet<string>) => ReadonlySet<string>) =>
    queryClient.setQueryData<ReadonlySet<string>>(KEY, (now = NOTHING) => next(now));
  return {
    hide: (ids) => change((now) => new Set([...now, ...ids])),
    show: (ids) => change((now) => new Set([...now].filter((id) => !ids.includes(id)))),
  };
}
