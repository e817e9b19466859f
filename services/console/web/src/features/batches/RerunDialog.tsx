/** Reads documents again: as they were asked, or with another prompt. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Batch, Document } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { counted } from '@/shared/format/numbers';
import { TextArea } from '@/shared/ui/Field';
import { FormDialog } from '@/shared/ui/FormDialog';
import { useToasts } from '@/shared/ui/toasts';
import { retryBatch } from './api';

const LONGEST_PROMPT = 8_000;

export function RerunDialog({ batch, documents, onClose }: { batch: Batch; documents?: Document[]; onClose: () => void }) {
  const queryClient = useQueryClient();
  const tell = useToasts();
  const [prompt, setPrompt] = useState('');
  const again = useMutation({
    mutationFn: () => retryBatch(batch.id, { document_ids: documents?.map((document) => document.id), prompt: prompt.trim() || undefined }),
    onSuccess: async (retried) => {
      tell.done(`Reading ${counted(retried.documents.length, 'document')} again.`);
      await queryClient.invalidateQueries({ queryKey: keys.batch(batch.id) });
      await queryClient.invalidateQueries({ queryKey: keys.documents });
      onClose();
    },
  });
  const what = documents ? counted(documents.length, 'document') : 'the batch';
  return (
    <FormDialog title={`Read ${what} again`} action="Read again" sending={again} onClose={onClose}>
      <p className="quiet">
        Without a prompt, documents that failed or were cancelled are read as they were asked before. With one, completed documents are read again too,
        and charged again.
      </p>
      <TextArea label="Another prompt" hint={`${prompt.length} of ${LONGEST_PROMPT} characters`} maxLength={LONGEST_PROMPT} value={prompt} onChange={(event) => setPrompt(event.target.value)} />
    </FormDialog>
  );
}
