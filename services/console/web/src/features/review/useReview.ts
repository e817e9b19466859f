/** The review of one version: the acts not saved yet, the field that is looked at, saving and going on. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Edit, ReviewableResult } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { Problem } from '@/shared/api/problem';
import { useToasts } from '@/shared/ui/toasts';
import { nextToReview, saveReview } from './api';
import { added, applied, reverted } from './edits';
import { fieldsOf, nextOpen } from './fields';
import type { Json } from './paths';

export function useReview(result: ReviewableResult) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const tell = useToasts();
  const [edits, setEdits] = useState<Edit[]>([]);
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
    mutationFn: ({ approve }: { approve: boolean; next: boolean }) =>
      saveReview(result.document_id, { generation: result.generation, version: result.version, edits, approve }),
    onSuccess: async (_saved, { approve, next }) => {
      tell.done(approve ? `${result.file_name} approved.` : 'Saved as a new version.');
      const following = next ? await nextToReview(result.document_id) : undefined;
      await queryClient.invalidateQueries({ queryKey: keys.document(result.document_id) });
      await queryClient.invalidateQueries({ queryKey: keys.documents });
      if (following) await navigate({ to: '/documents/$documentId', params: { documentId: following } });
      else if (next) await navigate({ to: '/documents', search: { needs_review: true } });
    },
    onError: (error) => {
      const conflict = error instanceof Problem && error.status === 409;
      tell.failed(conflict ? new Error(`${error.message} Reload the page to see it; what you typed is still here.`) : error);
    },
  });
  const open = fields.filter((field) => field.level === 'must' || field.level === 'check').length;
  return { edits, working, fields, active, open, act, revert, confirm, goTo, setActive, saving, discard: () => setEdits([]) };
}

export type ReviewState = ReturnType<typeof useReview>;
