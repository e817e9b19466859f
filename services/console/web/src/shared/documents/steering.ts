/** Cancelling, retrying and deleting documents, some or all that match: asked first, told after, and the lists read anew. */
import { useQueryClient } from '@tanstack/react-query';
import type { Document, DocumentSelection } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { counted } from '@/shared/format/numbers';
import { type Act, type Chosen, MOST_AT_ONCE, noted, told } from '@/shared/steering/bulk';
import { useRemovingLater } from '@/shared/steering/removing';
import { type Question, useConfirm } from '@/shared/ui/confirm';
import { useToasts } from '@/shared/ui/toasts';
import { bulkOfDocuments, idsMatching } from './api';

type Selected = Chosen<Document, DocumentSelection>;

const ENDED = new Set(['completed', 'failed', 'cancelled']);
export const FITS: Record<Act, (document: Document) => boolean> = {
  cancel: (document) => !ENDED.has(document.status),
  retry: (document) => document.status === 'failed' || document.status === 'cancelled',
  delete: (document) => ENDED.has(document.status),
};

const TEXTS: Record<Act, string> = {
  cancel: 'What is read of them is dropped, and their pages are not charged.',
  retry: 'They are read as they were asked before. Pages are charged when that succeeds.',
  delete: 'You can take it back for a few seconds. Then their files, texts, results, and the exports that hold them are deleted for good. Charged pages stay charged.',
};

function questionFor(act: Act, chosen: Selected): Question {
  const one = 'items' in chosen && chosen.items.length === 1 ? chosen.items[0] : undefined;
  const number = 'items' in chosen ? counted(chosen.items.length, 'document') : `all ${counted(chosen.count, 'matching document')}`;
  const verb = { cancel: 'Cancel', retry: 'Retry', delete: 'Delete' }[act];
  return { title: `${verb} ${one ? `“${one.file_name}”` : number}?`, text: TEXTS[act], action: act === 'cancel' ? 'Cancel it' : verb, danger: act !== 'retry' };
}

/** Returns a function that does it, after a question; it tells whether it was done to at least one. */
export function useDocumentSteering() {
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const tell = useToasts();
  const removeLater = useRemovingLater('document');
  const fresh = () =>
    Promise.all([keys.documents, ['document'], ['batch'], keys.batches].map((queryKey) => queryClient.invalidateQueries({ queryKey })));

  return async (act: Act, chosen: Selected): Promise<boolean> => {
    const fitting = 'items' in chosen ? { items: chosen.items.filter(FITS[act]) } : chosen;
    if ('items' in fitting && !fitting.items.length) return false;
    if (!(await confirm(questionFor(act, fitting)))) return false;
    const which = 'filter' in fitting ? { filter: fitting.filter } : { ids: fitting.items.map((document) => document.id) };
    if (act === 'delete') {
      const ids = which.ids ?? (await noted(idsMatching(which.filter, MOST_AT_ONCE), tell.failed));
      if (!ids?.length) return false;
      removeLater({ ids, text: `${counted(ids.length, 'document')} deleted.`, remove: (how) => bulkOfDocuments({ action: act, ids }, how), fresh });
      return true;
    }
    try {
      const verdict = await bulkOfDocuments({ action: act, ...which });
      const { done, refused } = told(verdict, act, 'document');
      if (done) tell.done(done);
      for (const reason of refused) tell.failed(reason);
      return verdict.done > 0;
    } catch (error) {
      tell.failed(error);
      return false;
    } finally {
      await fresh();
    }
  };
}
