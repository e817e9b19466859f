/** One policy for asking again: what a client did wrong is not repeated, the rest twice with growing pauses. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { keys } from './keys';
import { Problem } from './problem';

export function newQueryClient(): QueryClient {
  // Whoever hears that the session has ended asks once more whose it is, and with that the way in is shown.
  const heard = (error: unknown) => {
    if (error instanceof Problem && error.status === 401) void queryClient.invalidateQueries({ queryKey: keys.session });
  };
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, { queryKey }) => queryKey[0] !== keys.session[0] && heard(error) }),
    mutationCache: new MutationCache({ onError: (error, _given, _context, { options }) => options.mutationKey?.[0] !== keys.session[0] && heard(error) }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => count < 2 && (!(error instanceof Problem) || error.retryable),
        retryDelay: (count) => Math.min(1_000 * 2 ** count, 8_000),
      },
      mutations: { retry: false },
    },
  });
  return queryClient;
}
