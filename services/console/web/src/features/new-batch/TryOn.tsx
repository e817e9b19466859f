/** Which of the files a prompt is tried on: as many lists as files may be chosen. */
import { Select } from '@/shared/ui/Field';
import css from './NewBatch.module.css';
import { MOST_FILES } from './trials';
import type { Item } from './uploadQueue';

type Props = { there: readonly Item[]; chosen: readonly number[]; onPick: (chosen: number[]) => void };

export function TryOn({ there, chosen, onPick }: Props) {
  const slots = Math.min(MOST_FILES, there.length, chosen.length + 1);
  const change = (slot: number, value: string) => {
    const next = [...chosen];
    if (value) next[slot] = Number(value);
    else next.splice(slot, 1);
    onPick([...new Set(next)]);
  };
  return (
    <div className={css.tryOn}>
      {Array.from({ length: slots }, (_, slot) => (
        <Select key={slot} label={slot ? `File ${slot + 1}` : 'Try on'} hideLabel={slot > 0} value={chosen[slot] ?? ''} onChange={(event) => change(slot, event.target.value)}>
          {slot > 0 && <option value="">{chosen[slot] === undefined ? 'and one more…' : 'Not this one'}</option>}
          {there
            .filter((item) => item.position === chosen[slot] || !chosen.includes(item.position))
            .map((item) => (
              <option key={item.position} value={item.position}>
                {item.path}
              </option>
            ))}
        </Select>
      ))}
    </div>
  );
}
