/** Kinds of things by how many documents they are, the most first. */
import { capital, count, words } from '@/shared/format/numbers';
import css from './Analytics.module.css';

type Props = { slices: { name: string; documents?: number }[]; named?: (name: string) => string };

export function Slices({ slices, named = (name) => capital(words(name)) }: Props) {
  const most = Math.max(1, ...slices.map((slice) => slice.documents ?? 0));
  if (!slices.length) return <p className="quiet">None.</p>;
  return (
    <ul className={css.slices}>
      {slices.map((slice) => (
        <li key={slice.name}>
          <span>{slice.name ? named(slice.name) : 'Unknown'}</span>
          <span className={css.slice} aria-hidden>
            <span style={{ width: `${(100 * (slice.documents ?? 0)) / most}%` }} />
          </span>
          <span className="num">{count(slice.documents ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}
