/** What the address of the analytics page says. */
import { day, oneOf, optional } from '@/shared/search';

export const RANGES = ['1d', '7d', '30d', '90d'] as const;

export function readAnalyticsSearch(search: Record<string, unknown>) {
  return optional({ range: oneOf(search, 'range', RANGES), from: day(search, 'from'), to: day(search, 'to') });
}
