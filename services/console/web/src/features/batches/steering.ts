/** Cancelling, retrying and deleting batches, one, many or all that match: asked first, told after, and the lists read anew. */
import { useQueryClient } from '@tanstack/react-query';
import type { Batch } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { counted } from '@/shared/format/numbers';
import { hasEnded } from '@/shared/live/changes';
import { type Act, type Chosen, MOST_AT_ONCE, noted, told } from '@/shared/steering/bulk';
import { useRemovingLater } from '@/shared/steering/removing';
import { useConfirm } from '@/shared/ui/confirm';
import { useToasts } from '@/shared/ui/toasts';
import { type BatchFilter, bulkOfBatches, idsMatching, readCancelledAgain } from './api';
import { questionFor } from './questions';

/** Which of these batches an act can be done to. */
export const FITS: Record<Act, (batch: Batch) => boolean> = {
  cancel: (batch) => !hasEnded(batch.status) && batch.status !== 'cancelling',
  retry: (batch) => hasEnded(batch.status) && batch.failed + batch.cancelled > 0,
  delete: () => true,
};

/** Returns a function that does it, after a question; it tells whether it was done to at least one. */
export function useSteering() {
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const tell = useToasts();
  const removeLater = useRemovingLater('batch', 'batches');

  const fresh = async (ids: readonly string[]) => {
    await queryClient.invalidateQueries({ queryKey: keys.batches });
    for (const id of ids) void queryClient.invalidateQueries({ queryKey: keys.batch(id) });
  };
  const run = async (act: Act, which: { ids: string[] } | { filter: BatchFilter }, undo?: () => void): Promise<boolean> => {
    try {
      const verdict = await bulkOfBatches({ action: act, ...which });
      const { done, refused } = told(verdict, act, 'batch', 'batches');
      if (done) tell.done(done, undo && { label: 'Undo', run: undo });
      for (const reason of refused) tell.failed(reason);
      return verdict.done > 0;
    } catch (error) {
      tell.failed(error);
      return false;
    } finally {
      await fresh('ids' in which ? which.ids : []);
    }
  };

  return async (act: Act, chosen: Chosen<Batch, BatchFilter>): Promise<boolean> => {
    const fitting = 'items' in chosen ? { items: chosen.items.filter(FITS[act]) } : chosen;
    if ('items' in fitting && !fitting.items.length) return false;
    if (!(await confirm(questionFor(act, fitting)))) return false;
    if ('filter' in fitting && act !== 'delete') return run(act, { filter: fitting.filter });
    const ids = 'items' in fitting ? fitting.items.map((batch) => batch.id) : await noted(idsMatching(fitting.filter, MOST_AT_ONCE), tell.failed);
    if (!ids?.length) return false;
    if (act !== 'delete') return run(act, { ids }, act === 'cancel' ? () => void readCancelledAgain(ids).then(() => fresh(ids), tell.failed) : undefined);
    removeLater({ ids, text: `${counted(ids.length, 'batch', 'batches')} deleted.`, remove: (how) => bulkOfBatches({ action: 'delete', ids }, how), fresh: () => fresh(ids) });
    return true;
  };
}
