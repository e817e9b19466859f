/** What the address of the notices says. */
import { oneOf, optional } from '@/shared/search';

export const TABS = ['notices', 'mail'] as const;

export const readNoticesSearch = (search: Record<string, unknown>) => optional({ tab: oneOf(search, 'tab', TABS) });
