/** How far something is, in one bar of parts: done, failed, and what is left. */
import css from './Progress.module.css';

type Props = { total: number; done: number; failed?: number; label: string; slim?: boolean };

export function Progress({ total, done, failed = 0, label, slim = false }: Props) {
  const percent = (value: number) => `${total ? (100 * value) / total : 0}%`;
  const now = total ? Math.round((100 * (done + failed)) / total) : 0;
  return (
    <div
      className={`${css.track} ${slim ? css.slim : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={now}
    >
      <span className={css.done} style={{ width: percent(done) }} />
      <span className={css.failed} style={{ width: percent(failed) }} />
    </div>
  );
}
