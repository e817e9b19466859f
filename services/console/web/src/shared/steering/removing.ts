/** Deleting with a way back: out of sight at once, gone when nobody took it back. */
import type { BulkVerdict } from '@/shared/api/client';
import { useHiding } from '@/shared/leaving';
import { useToasts } from '@/shared/ui/toasts';
import { told } from './bulk';

type Removal = {
  ids: string[];
  text: string;
  /** `keepalive`: whether the request may outlive the page. */
  remove: (how: { keepalive: boolean }) => Promise<BulkVerdict>;
  fresh: () => Promise<unknown>;
};

/** What outlives a page may have 64 kB; an id takes 39 bytes. */
const MOST_KEPT_ALIVE = 1_500;

export function useRemovingLater(one: string, many?: string): (removal: Removal) => void {
  const tell = useToasts();
  const { hide, show } = useHiding();
  return ({ ids, text, remove, fresh }) => {
    hide(ids);
    const now = async () => {
      try {
        const verdict = await remove({ keepalive: ids.length <= MOST_KEPT_ALIVE });
        // What is gone stays out of sight: a list may still hold it for a moment.
        show(verdict.items.filter((item) => !item.done).map((item) => item.id));
        for (const reason of told(verdict, 'delete', one, many).refused) tell.failed(reason);
      } catch (error) {
        show(ids);
        tell.failed(error);
      }
      await fresh();
    };
    tell.undoable(text, () => void now(), () => show(ids));
  };
}
