/** Cancelling, retrying and deleting batches, one or many: asked first, told after, and the lists read anew. */
import { useQueryClient } from '@tanstack/react-query';
import type { Batch } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { messageOf } from '@/shared/api/problem';
import { counted } from '@/shared/format/numbers';
import { hasEnded } from '@/shared/live/changes';
import { useConfirm } from '@/shared/ui/confirm';
import { useToasts } from '@/shared/ui/toasts';
import { cancelBatch, deleteBatch, retryBatch } from './api';

export type Act = 'cancel' | 'retry' | 'delete';

const RUN: Record<Act, (id: string) => Promise<unknown>> = { cancel: cancelBatch, retry: retryBatch, delete: deleteBatch };
const DONE: Record<Act, string> = { cancel: 'cancelled', retry: 'started again', delete: 'deleted' };

/** Which of these batches an act can be done to. */
export const FITS: Record<Act, (batch: Batch) => boolean> = {
  cancel: (batch) => !hasEnded(batch.status) && batch.status !== 'cancelling',
  retry: (batch) => hasEnded(batch.status) && batch.failed + batch.cancelled > 0,
  delete: () => true,
};

function questionFor(act: Act, batches: Batch[]) {
  const what = batches.length === 1 ? `“${batches[0]?.name}”` : counted(batches.length, 'batch', 'batches');
  if (act === 'cancel') {
    const text = 'Nothing of it starts any more, and what runs is dropped. Results that are there stay, and pages not read are not charged.';
    return { title: `Cancel ${what}?`, text, action: 'Cancel it', danger: true };
  }
  if (act === 'delete') {
    const text = 'Files, results and exports are deleted for good. What was used of the quota stays used.';
    return { title: `Delete ${what}?`, text, action: 'Delete', danger: true };
  }
  const documents = batches.reduce((sum, batch) => sum + batch.failed + batch.cancelled, 0);
  const text = `${counted(documents, 'document')} that failed or were cancelled will be read again. Pages are charged when that succeeds.`;
  return { title: `Retry ${what}?`, text, action: 'Retry' };
}

/** Returns a function that does it, after a question; it tells whether it was done to at least one. */
export function useSteering() {
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const tell = useToasts();
  return async (act: Act, chosen: Batch[]): Promise<boolean> => {
    const batches = chosen.filter(FITS[act]);
    if (!batches.length || !(await confirm(questionFor(act, batches)))) return false;
    const results = await Promise.allSettled(batches.map((batch) => RUN[act](batch.id)));
    const failed = results.filter((result) => result.status === 'rejected');
    const done = batches.length - failed.length;
    if (done) tell.done(`${done === 1 ? '1 batch' : `${done} batches`} ${DONE[act]}.`);
    for (const reason of new Set(failed.map((result) => messageOf(result.reason)))) tell.failed(new Error(reason));
    await queryClient.invalidateQueries({ queryKey: keys.batches });
    for (const batch of batches) void queryClient.invalidateQueries({ queryKey: keys.batch(batch.id) });
    return done > 0;
  };
}
