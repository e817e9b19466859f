/** What is asked before batches are steered. */
import type { Batch } from '@/shared/api/client';
import { counted } from '@/shared/format/numbers';
import type { Question } from '@/shared/ui/confirm';
import type { Act, Chosen } from '@/shared/steering/bulk';
import type { BatchFilter } from './api';

export function questionFor(act: Act, chosen: Chosen<Batch, BatchFilter>): Question {
  const what = nameOf(chosen);
  if (act === 'cancel') {
    const text = 'Nothing of it starts any more, and what runs is dropped. Results that are there stay, and pages not read are not charged.';
    return { title: `Cancel ${what}?`, text, action: 'Cancel it', danger: true };
  }
  if (act === 'delete') {
    const text = 'You can take it back for a few seconds. Then files, results and exports are deleted for good; what was used of the quota stays used.';
    return { title: `Delete ${what}?`, text, action: 'Delete', danger: true };
  }
  if ('filter' in chosen) {
    return { title: `Retry ${what}?`, text: 'What failed or was cancelled in them will be read again. Pages are charged when that succeeds.', action: 'Retry' };
  }
  const documents = chosen.items.reduce((sum, batch) => sum + batch.failed + batch.cancelled, 0);
  const text = `${counted(documents, 'document')} that failed or were cancelled will be read again. Pages are charged when that succeeds.`;
  return { title: `Retry ${what}?`, text, action: 'Retry' };
}

function nameOf(chosen: Chosen<Batch, BatchFilter>): string {
  if ('filter' in chosen) return `all ${counted(chosen.count, 'matching batch', 'matching batches')}`;
  return chosen.items.length === 1 ? `“${chosen.items[0]?.name}”` : counted(chosen.items.length, 'batch', 'batches');
}
