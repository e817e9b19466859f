/** A prompt for each file: chosen on the left, written on the right, copied to all, cleared, and brought back. */
import { CircleCheck, CircleDashed } from 'lucide-react';
import { useState } from 'react';
import { counted } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Progress } from '@/shared/ui/Progress';
import { useToasts } from '@/shared/ui/toasts';
import type { Draft } from './draft';
import css from './NewBatch.module.css';
import { PromptArea } from './PromptArea';
import { Templates } from './Templates';
import { TryIt } from './TryIt';
import type { Item } from './uploadQueue';

type Props = { items: readonly Item[]; prompts: Draft['prompts']; schema: string; onChange: (prompts: Draft['prompts']) => void };

export function PerFilePrompts({ items, prompts, schema, onChange }: Props) {
  const tell = useToasts();
  const [chosen, setChosen] = useState(items[0]?.position);
  const item = items.find((one) => one.position === chosen) ?? items[0];
  if (!item) return null;
  const mine = prompts[item.position] ?? '';
  const done = items.filter((one) => prompts[one.position]?.trim()).length;
  const replace = (next: Draft['prompts'], text: string) => {
    onChange(next);
    tell.done(text, { label: 'Undo', run: () => onChange(prompts) });
  };
  return (
    <>
      <Progress total={items.length} done={done} label="Files with a prompt" />
      <p className="quiet num">
        {done} of {counted(items.length, 'file')} have a prompt
      </p>
      <div className={css.perFile}>
        <div className={css.perFileList} role="group" aria-label="Files">
          {items.map((one) => (
            <button
              key={one.position}
              type="button"
              aria-pressed={one === item}
              data-done={Boolean(prompts[one.position]?.trim())}
              onClick={() => setChosen(one.position)}
            >
              {prompts[one.position]?.trim() ? <CircleCheck aria-label="has a prompt" /> : <CircleDashed aria-label="no prompt yet" />}
              {one.name}
            </button>
          ))}
        </div>
        <div className={css.step}>
          <Templates onTake={(prompt) => onChange({ ...prompts, [item.position]: prompt })} />
          <PromptArea label={`Prompt for ${item.name}`} value={mine} onChange={(prompt) => onChange({ ...prompts, [item.position]: prompt })} />
          <div className={css.templates}>
            <Button
              disabled={!mine.trim()}
              onClick={() => replace(Object.fromEntries(items.map((one) => [one.position, mine])), `Copied to ${counted(items.length, 'file')}.`)}
            >
              Copy to all files
            </Button>
            <Button disabled={!mine} onClick={() => replace({ ...prompts, [item.position]: '' }, `Prompt of ${item.name} cleared.`)}>
              Clear
            </Button>
            <Button disabled={!done} onClick={() => replace({}, 'All prompts cleared.')}>
              Clear all
            </Button>
          </div>
          <TryIt key={item.position} items={[item]} strategy="per_document" prompt={mine} schema={schema} onPrompt={(prompt) => onChange({ ...prompts, [item.position]: prompt })} />
        </div>
      </div>
    </>
  );
}
