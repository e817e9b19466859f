/** Several of a few things, as ticks. */
import type { ReactNode } from 'react';
import { Check } from './Field';

type Props<T extends string> = { legend: string; all: readonly T[]; picked: readonly T[]; renderPick: (one: T) => ReactNode; onPick: (picked: T[]) => void };

export function Picks<T extends string>({ legend, all, picked, renderPick, onPick }: Props<T>) {
  const toggle = (one: T) => onPick(picked.includes(one) ? picked.filter((other) => other !== one) : [...picked, one]);
  return (
    <fieldset className="bare">
      <legend>{legend}</legend>
      {all.map((one) => (
        <Check key={one} label={renderPick(one)} checked={picked.includes(one)} onChange={() => toggle(one)} />
      ))}
    </fieldset>
  );
}
