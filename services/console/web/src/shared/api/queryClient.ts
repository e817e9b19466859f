/** One policy for asking again: what a client did wrong is not repeated, the rest twice with growing pauses. */
import { QueryClient } from '@tanstack/react-query';
import { Problem } from './problem';

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => count < 2 && (!(error instanceof Problem) || error.retryable),
        retryDelay: (count) => Math.min(1_000 * 2 ** count, 8_000),
      },
      mutations: { retry: false },
    },
  });
}
