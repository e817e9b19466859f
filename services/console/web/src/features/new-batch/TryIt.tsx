/** Tries a prompt on up to three of the files before all are handed in; nothing is charged. It can also suggest one. */
import { useMutation } from '@tanstack/react-query';
import { FlaskConical, Sparkles } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Preview, Strategy } from '@/shared/api/client';
import { Button } from '@/shared/ui/Button';
import { useToasts } from '@/shared/ui/toasts';
import { schemaProblem } from './draft';
import css from './NewBatch.module.css';
import { TriedDocument } from './TriedDocument';
import { TryOn } from './TryOn';
import { beginPreview, MOST_FILES, suggestFrom, uploadId, watchPreview } from './trials';
import type { Item } from './uploadQueue';

type Props = { items: readonly Item[]; strategy: Strategy; prompt: string; schema: string; onPrompt?: (prompt: string) => void };

export function TryIt({ items, strategy, prompt, schema, onPrompt }: Props) {
  const tell = useToasts();
  const there = items.filter((item) => uploadId(item));
  const [picked, setPicked] = useState<readonly number[]>([]);
  const known = picked.filter((position) => there.some((item) => item.position === position));
  const chosen = known.length ? known : there.slice(0, 1).map((item) => item.position);
  const ids = chosen.flatMap((position) => there.filter((item) => item.position === position).flatMap((item) => uploadId(item) ?? []));
  const [seen, setSeen] = useState<Preview | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    leaving.current = new AbortController();
    return () => leaving.current.abort();
  }, []);

  const trying = useMutation({
    mutationFn: async () => {
      const json_schema = schema.trim() && !schemaProblem(schema) ? JSON.parse(schema) : null;
      const auto = strategy === 'auto';
      const preview = await beginPreview({ document_ids: ids, strategy: auto ? 'auto' : 'global', prompt: auto ? null : prompt.trim() || null, json_schema });
      return watchPreview(preview, setSeen, leaving.current.signal);
    },
  });
  const suggesting = useMutation({
    mutationFn: (id: string) => suggestFrom(id, leaving.current.signal),
    onSuccess: (suggestion) => {
      const before = prompt;
      onPrompt?.(suggestion.prompt);
      tell.done(`Suggested for a document of the type ${suggestion.title.toLowerCase()}.`, { label: 'Undo', run: () => onPrompt?.(before) });
    },
    onError: tell.failed,
  });
  const busy = trying.isPending || suggesting.isPending;
  const asked = strategy === 'auto' || Boolean(prompt.trim() || schema.trim());
  const [first] = ids;
  return (
    <section className={css.try} aria-label="Try it first">
      <p>
        <strong>Try it first</strong> <span className="quiet">{items.length > 1 && `on up to ${MOST_FILES} files; `}nothing is charged.</span>
      </p>
      {there.length > 0 && items.length > 1 && <TryOn there={there} chosen={chosen} onPick={setPicked} />}
      {there.length === 0 && <p className="quiet">As soon as a file is uploaded, a prompt can be tried on it here.</p>}
      <div className={css.tryButtons}>
        <Button icon={<FlaskConical />} busy={trying.isPending} disabled={!ids.length || !asked || busy} onClick={() => trying.mutate()}>
          {strategy === 'auto' ? 'Try it on these files' : 'Try the prompt'}
        </Button>
        {onPrompt && (
          <Button icon={<Sparkles />} busy={suggesting.isPending} disabled={!first || busy} onClick={() => first && suggesting.mutate(first)}>
            Suggest a prompt
          </Button>
        )}
        {!asked && <span className="quiet">Write a prompt, or have one suggested from the first of these files.</span>}
      </div>
      {trying.isError && <p role="alert">{trying.error.message}</p>}
      <div role="status" className="sr">
        {seen && (seen.status === 'completed' ? 'The preview is there.' : 'The preview is being read.')}
      </div>
      {seen && seen.documents.map((document) => <TriedDocument key={document.document_id} document={document} />)}
    </section>
  );
}
