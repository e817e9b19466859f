/** From one day to another, both included. */
import css from './DateRange.module.css';

type Range = { from: string | undefined; to: string | undefined };

export function DateRange({ from, to, onChange }: Range & { onChange: (part: Partial<Range>) => void }) {
  return (
    <span className={css.range}>
      <input type="date" aria-label="From" value={from ?? ''} max={to} onChange={(event) => onChange({ from: event.target.value || undefined })} />
      <span aria-hidden>–</span>
      <input type="date" aria-label="To" value={to ?? ''} min={from} onChange={(event) => onChange({ to: event.target.value || undefined })} />
    </span>
  );
}
