/** Where a prompt is written, with its length. */
import { TextArea } from '@/shared/ui/Field';
import { LONGEST_PROMPT } from './draft';
import css from './NewBatch.module.css';

export function PromptArea({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <TextArea
      label={
        <>
          <span>{label}</span>
          <span className={`${css.counter} num`} data-full={value.length >= LONGEST_PROMPT}>
            {value.length.toLocaleString()} of {LONGEST_PROMPT.toLocaleString()} characters
          </span>
        </>
      }
      rows={6}
      maxLength={LONGEST_PROMPT}
      value={value}
      placeholder="Read the supplier, the invoice number, the date and the total with its currency."
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
