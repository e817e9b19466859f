/** The values, doubtful ones first or in the document's order; lists of rows as rows. */
import { CircleAlert, CircleCheck, CircleHelp, Plus, Trash2, UserCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReviewableResult } from '@/shared/api/client';
import { capital, certainty, counted, words } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Check } from '@/shared/ui/Field';
import css from './Review.module.css';
import { asText, type Field, type Level, parsed } from './fields';
import type { ReviewState } from './useReview';

const LEVELS: Record<Level, { icon: typeof CircleCheck; text: string }> = {
  must: { icon: CircleAlert, text: 'Must be looked at' },
  check: { icon: CircleHelp, text: 'Should be checked' },
  fine: { icon: CircleCheck, text: 'Well supported' },
  confirmed: { icon: UserCheck, text: 'Confirmed by a person' },
};

export function FieldList({ result, review }: { result: ReviewableResult; review: ReviewState }) {
  const [onlyOpen, setOnlyOpen] = useState(false);
  const { fields, open, active } = review;
  const shown = onlyOpen ? fields.filter((field) => field.level === 'must' || field.level === 'check' || field.path === active) : fields;
  const single = shown.filter((field) => !field.row);
  const rows = Map.groupBy(
    shown.filter((field) => field.row),
    (field) => field.row ?? '',
  );
  return (
    <section className={css.fields} aria-label="Values">
      <header className={css.fieldsHead}>
        <p role="status">
          <strong>{open ? `${counted(open, 'value')} to look at` : 'All values are looked at or well supported'}</strong>
        </p>
        <Check label="Only doubtful" checked={onlyOpen} onChange={() => setOnlyOpen(!onlyOpen)} />
      </header>
      {(result.result.warnings?.length ?? 0) > 0 && (
        <ul className={css.warnings}>
          {result.result.warnings?.map((warning) => (
            <li key={`${warning.code}-${warning.field}`}>{warning.message}</li>
          ))}
        </ul>
      )}
      {single.map((field) => (
        <FieldRow key={field.path} field={field} review={review} />
      ))}
      {[...rows].map(([row, cells]) => (
        <fieldset key={row} className={css.rowGroup}>
          <legend>
            {capital(words(row.replace(/\[(\d+)\]$/, (_, index) => ` ${Number(index) + 1}`)))}
            <Button look="quiet" icon={<Plus />} aria-label={`Put a row in before ${row}`} onClick={() => review.act({ action: 'insert', path: row, value: {} })} />
            <Button look="quiet" icon={<Trash2 />} aria-label={`Remove ${row}`} onClick={() => review.act({ action: 'remove', path: row })} />
          </legend>
          {cells.map((field) => (
            <FieldRow key={field.path} field={field} review={review} />
          ))}
        </fieldset>
      ))}
    </section>
  );
}

function FieldRow({ field, review }: { field: Field; review: ReviewState }) {
  const { icon: Icon, text } = LEVELS[field.level];
  const [typed, setTyped] = useState(asText(field.value));
  const [wrong, setWrong] = useState(false);
  useEffect(() => setTyped(asText(field.value)), [field.value]);
  const edited = review.working.edited.has(field.path);
  const change = (next: string) => {
    setTyped(next);
    const value = parsed(next, field.kind);
    setWrong(value === undefined);
    if (value !== undefined) review.act({ action: 'set', path: field.path, value });
  };
  const id = `field-${field.path}`;
  return (
    <div className={css.field} data-level={field.level} data-active={review.active === field.path}>
      <label htmlFor={id}>
        {field.label}
        {edited && <em>edited</em>}
      </label>
      <input
        id={id}
        value={typed}
        inputMode={field.kind === 'number' ? 'decimal' : undefined}
        aria-invalid={wrong}
        aria-describedby={`${id}-level`}
        onFocus={() => review.setActive(field.path)}
        onChange={(event) => change(event.target.value)}
      />
      <span id={`${id}-level`} className={css.level} title={text}>
        <Icon aria-hidden />
        <span className="sr">{text}.</span>
        {field.level !== 'confirmed' && field.evidence && <span className="num">{certainty(field.evidence.confidence)}</span>}
      </span>
    </div>
  );
}
