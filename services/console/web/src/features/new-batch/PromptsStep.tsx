/** Step two: where the prompts come from, what they say, and how it shall be done. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Priority, Strategy } from '@/shared/api/client';
import { capital, counted } from '@/shared/format/numbers';
import { Check, Select, TextArea } from '@/shared/ui/Field';
import { Options } from '@/shared/ui/Options';
import { Card } from '@/shared/ui/Page';
import { PRIORITIES } from '@/shared/vocabulary';
import { typesQuery } from './api';
import { type Draft, schemaProblem } from './draft';
import css from './NewBatch.module.css';
import { PerFilePrompts } from './PerFilePrompts';
import { PromptArea } from './PromptArea';
import { Templates } from './Templates';
import { TryIt } from './TryIt';
import type { Item } from './uploadQueue';

type Props = { items: readonly Item[]; draft: Draft; batchId: string | undefined; onChange: (part: Partial<Draft>) => void };

const STRATEGIES: { value: Strategy; label: string; text: string }[] = [
  { value: 'auto', label: 'Auto', text: 'Each document is recognised; its type brings the prompt and the shape of the result' },
  { value: 'global', label: 'Global', text: 'One prompt of yours for all files' },
  { value: 'per_document', label: 'Per document', text: 'Every file has a prompt of its own' },
];

export function PromptsStep({ items, draft, onChange }: Props) {
  return (
    <>
      <Card>
        <Options legend="Where prompts come from" options={STRATEGIES} value={draft.strategy} onChange={(strategy) => onChange({ strategy })} />
      </Card>
      {draft.strategy === 'auto' && (
        <>
          <AutoExplained />
          <Card>
            <TryIt items={items} strategy="auto" prompt="" schema={draft.schema} />
          </Card>
        </>
      )}
      {draft.strategy === 'global' && (
        <Card title="The prompt for all files">
          <Templates onTake={(prompt) => onChange({ prompt })} />
          <PromptArea label={`Prompt for ${counted(items.length, 'file')}`} value={draft.prompt} onChange={(prompt) => onChange({ prompt })} />
          <Tips />
        </Card>
      )}
      {draft.strategy === 'global' && (
        <Card>
          <TryIt items={items} strategy="global" prompt={draft.prompt} schema={draft.schema} onPrompt={(prompt) => onChange({ prompt })} />
        </Card>
      )}
      {draft.strategy === 'per_document' && (
        <Card title="A prompt for every file">
          <PerFilePrompts items={items} prompts={draft.prompts} schema={draft.schema} onChange={(prompts) => onChange({ prompts })} />
          <Tips />
        </Card>
      )}
      <HowItIsDone draft={draft} onChange={onChange} />
    </>
  );
}

function AutoExplained() {
  const types = useQuery(typesQuery);
  return (
    <Card title="How auto works">
      <p>
        Every document gets one of the <Link to="/document-types">document types</Link>, by its words first and by a model where one is configured and the
        words leave doubt. The type brings a prompt and a schema, so invoices come out with line items and statements with transactions. What is none of
        them is read without a fixed shape.
      </p>
      {types.data && <p className="quiet">{types.data.items.map((type) => type.title).join(' · ')}</p>}
    </Card>
  );
}

function Tips() {
  return (
    <ul className={css.tips} aria-label="Tips for good prompts">
      <li>Name every value you want, as it shall be called in the result.</li>
      <li>Say what it looks like: a date, an amount, one of three words.</li>
      <li>Ask for lists as lists: “each line item with description, quantity and amount”.</li>
      <li>Do not ask for how sure it is: that is measured, not asked.</li>
    </ul>
  );
}

function HowItIsDone({ draft, onChange }: Pick<Props, 'draft' | 'onChange'>) {
  const wish = draft.export;
  return (
    <Card title="How it shall be done">
      <div className={css.two}>
        <Select label="Priority" hint="A weight against your other batches, never a lane that starves them." value={draft.priority} onChange={(event) => onChange({ priority: event.target.value as Priority })}>
          {PRIORITIES.map((priority) => (
            <option key={priority} value={priority}>
              {capital(priority)}
            </option>
          ))}
        </Select>
        <Select
          label="Export when it is done"
          value={wish?.format ?? ''}
          hint="The file is made as soon as the batch is complete."
          onChange={(event) => onChange({ export: event.target.value ? { layout: 'normal', ...wish, format: event.target.value as 'xlsx' } : null })}
        >
          <option value="">No export</option>
          <option value="xlsx">Excel</option>
          <option value="csv">CSV</option>
          <option value="json">JSON</option>
        </Select>
      </div>
      {wish && wish.format !== 'json' && (
        <Check
          label="One row an item instead of one row a document"
          checked={wish.layout === 'multi_row'}
          onChange={() => onChange({ export: { ...wish, layout: wish.layout === 'multi_row' ? 'normal' : 'multi_row' } })}
        />
      )}
      <details open={draft.schema !== ''}>
        <summary>Schema of the result</summary>
        <TextArea
          label="JSON Schema"
          className="mono"
          rows={7}
          spellCheck={false}
          value={draft.schema}
          error={schemaProblem(draft.schema)}
          placeholder={'{"type": "object", "properties": {"total": {"type": "number"}}}'}
          onChange={(event) => onChange({ schema: event.target.value })}
        />
      </details>
    </Card>
  );
}
