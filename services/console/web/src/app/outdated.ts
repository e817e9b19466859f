/** A console that is open while a new release is put in place: parts of the old one are gone, so it is loaded anew and says why. */
import { useEffect } from 'react';
import { useToasts } from '@/shared/ui/toasts';

const RELOADED_AT = 'ingestio.reloaded-at';
const TO_TELL = 'ingestio.updated';
/** While replicas of two releases answer, one reload after the other would not help. */
const NOT_AGAIN_WITHIN_MS = 60_000;

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

/** False when that was done a moment ago. */
export function loadAnew(): boolean {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED_AT) ?? 0) < NOT_AGAIN_WITHIN_MS) return false;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  sessionStorage.setItem(TO_TELL, 'yes');
  window.location.reload();
  return true;
}

/** After that: says once what happened. */
export function useUpdateNotice(): void {
  const tell = useToasts();
  useEffect(() => {
    if (!sessionStorage.getItem(TO_TELL)) return;
    sessionStorage.removeItem(TO_TELL);
    tell.done('IngestIO was updated while this page was open, so it was loaded anew.');
  }, [tell]);
}
