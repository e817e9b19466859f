/** A console that is open while a new release is put in place: parts of the old one are gone, so it is loaded anew and says why. */
import { useEffect } from 'react';
import { useToasts } from '@/shared/ui/toasts';

const UPDATED = 'ingestio.updated';

/** Whether the server has another release than this page is made of. False when it does not answer: a reload would not help. */
export async function isOutdated(mine = ownScript(), ask: typeof fetch = fetch): Promise<boolean> {
  try {
    const answer = await ask('/', { cache: 'no-store' });
    return answer.ok && !(await answer.text()).includes(mine);
  } catch {
    return false;
  }
}

/** Its name changes with every release. */
const ownScript = (): string => document.querySelector('script[type=module]')?.getAttribute('src') ?? '';

export function loadAnew(): void {
  sessionStorage.setItem(UPDATED, 'yes');
  window.location.reload();
}

/** After that: says once what happened. */
export function useUpdateNotice(): void {
  const tell = useToasts();
  useEffect(() => {
    if (!sessionStorage.getItem(UPDATED)) return;
    sessionStorage.removeItem(UPDATED);
    tell.done('IngestIO was updated while this page was open, so it was loaded anew.');
  }, [tell]);
}
