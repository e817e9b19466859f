/** The review of one version: the acts not saved yet, the field that is looked at, saving and going on. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Edit, ReviewableResult } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { Problem } from '@/shared/api/problem';
import { useToasts } from '@/shared/ui/toasts';
import { saveReview } from './api';
import type { Difference } from './ConflictDialog';
import { added, applied, reverted } from './edits';
import { fieldsOf, nextOpen } from './fields';
import { nextToReview } from './neighbours';
import type { Json } from './paths';

type Conflict = { text: string; differences: Difference[] };

export function useReview(result: ReviewableResult) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const tell = useToasts();
  const origin = useSearch({ from: '/documents/$documentId' });
  const keptKey = useMemo(() => ['kept-edits', result.document_id], [result.document_id]);
  const [edits, setEdits] = useState<Edit[]>(() => queryClient.getQueryData<Edit[]>(keptKey) ?? []);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const working = useMemo(() => applied(result.result.data as Json, result.result.fields ?? {}, edits), [result, edits]);
  const fields = useMemo(() => fieldsOf(working.data, result.json_schema, working.fields), [working, result.json_schema]);
  const [active, setActive] = useState<string | undefined>(() => (nextOpen(fields, undefined) ?? fields[0])?.path);

  const act = useCallback((edit: Edit) => setEdits((now) => added(now, edit)), []);
  const revert = useCallback((path: string) => setEdits((now) => reverted(now, path)), []);
  const goTo = useCallback((path: string | undefined) => {
    setActive(path);
    if (path) document.getElementById(`field-${path}`)?.focus();
  }, []);
  const confirm = useCallback(
    (path: string) => {
      const field = fields.find((one) => one.path === path);
      if (field && field.level !== 'confirmed') act({ action: 'confirm', path });
      goTo(nextOpen(fields, path)?.path ?? path);
    },
    [fields, act, goTo],
  );

  const saving = useMutation({
    mutationFn: async ({ approve, next }: { approve: boolean; next: boolean }) => {
      // Asked before it is saved: what is approved changes its place in the list.
      const following = next ? await nextToReview(result.document_id, origin) : undefined;
      await saveReview(result.document_id, { generation: result.generation, version: result.version, edits, approve });
      return following;
    },
    onSuccess: async (following, { approve, next }) => {
      queryClient.removeQueries({ queryKey: keptKey });
      tell.done(approve ? `${result.file_name} approved.` : 'Saved as a new version.');
      await queryClient.invalidateQueries({ queryKey: keys.document(result.document_id) });
      await queryClient.invalidateQueries({ queryKey: keys.documents });
      if (following) await navigate({ to: '/documents/$documentId', params: { documentId: following.id }, search: origin });
      else if (next && origin.batch) await navigate({ to: '/batches/$batchId', params: { batchId: origin.batch } });
      else if (next) await navigate({ to: '/documents', search: { needs_review: true } });
    },
    onError: (error) => {
      if (!(error instanceof Problem) || error.code !== 'version_conflict') return tell.failed(error);
      return setConflict({ text: error.message, differences: (error.body.difference as Difference[] | undefined) ?? [] });
    },
  });
  /** The newest version, under what was typed here. */
  const takeTheirs = async () => {
    queryClient.setQueryData(keptKey, edits);
    setConflict(null);
    await queryClient.invalidateQueries({ queryKey: keys.document(result.document_id) });
  };
  const open = fields.filter((field) => field.level === 'must' || field.level === 'check').length;
  const solving = { conflict, takeTheirs, close: () => setConflict(null) };
  return { edits, working, fields, active, open, act, revert, confirm, goTo, setActive, saving, solving, discard: () => setEdits([]) };
}

export type ReviewState = ReturnType<typeof useReview>;
