/** Bars over names or time, as plain SVG; the same numbers as a table for who cannot see them. */
import { count } from '@/shared/format/numbers';
import css from './BarChart.module.css';

export type Bar = { name: string; value: number; bad?: number };
type Props = { label: string; unit: string; bars: Bar[]; format?: (value: number) => string };

const HEIGHT = 140;

/** A round number not below the highest bar. */
export function ceiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

export function BarChart({ label, unit, bars, format = count }: Props) {
  const top = ceiling(Math.max(0, ...bars.map((bar) => bar.value + (bar.bad ?? 0))));
  const height = (value: number) => (HEIGHT * value) / top;
  const every = Math.ceil(bars.length / 8);
  return (
    <figure className={css.figure}>
      <div className={css.plot} aria-hidden>
        <span className={css.top}>{format(top)}</span>
        <span className={css.middle}>{format(top / 2)}</span>
        <ul className={css.bars}>
          {bars.map((bar, index) => (
            <li key={`${bar.name}-${index}`} title={`${bar.name}: ${format(bar.value)} ${unit}${bar.bad ? `, ${format(bar.bad)} failed` : ''}`}>
              <span className={css.bad} style={{ height: height(bar.bad ?? 0) }} />
              <span className={css.good} style={{ height: height(bar.value) }} />
              <small data-odd={(index / every) % 2 === 1}>{index % every === 0 && (index === 0 || index + every <= bars.length) ? bar.name : ''}</small>
            </li>
          ))}
        </ul>
      </div>
      <details className={css.table}>
        <summary>As a table</summary>
        <table>
          <caption className="sr">{label}</caption>
          <tbody>
            {bars.map((bar, index) => (
              <tr key={`${bar.name}-${index}`}>
                <th scope="row">{bar.name}</th>
                <td className="num">
                  {format(bar.value)} {unit}
                </td>
                {bars.some((one) => one.bad !== undefined) && <td className="num">{format(bar.bad ?? 0)} failed</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
