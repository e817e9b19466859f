/** Deleting with a way back: out of sight at once, gone when nobody took it back. */
import { useHiding } from '@/shared/leaving';
import { useToasts } from '@/shared/ui/toasts';

type Removal = { ids: string[]; text: string; remove: () => Promise<unknown>; fresh: () => Promise<unknown> };

export function useRemovingLater(): (removal: Removal) => void {
  const tell = useToasts();
  const { hide, show } = useHiding();
  return ({ ids, text, remove, fresh }) => {
    hide(ids);
    const now = async () => {
      await remove().catch(tell.failed);
      await fresh();
      show(ids);
    };
    tell.undoable(text, () => void now(), () => show(ids));
  };
}
