/** A filter of several words at once: a button that opens a list of boxes to tick. */
import { ChevronDown } from 'lucide-react';
import { useId, useRef } from 'react';
import { capital, words } from '@/shared/format/numbers';
import { Button } from './Button';
import css from './Choice.module.css';
import { Check } from './Field';

type Props<T extends string> = { label: string; options: readonly T[]; chosen: T[] | undefined; onChange: (chosen: T[] | undefined) => void };

export function Choice<T extends string>({ label, options, chosen = [], onChange }: Props<T>) {
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const place = () => {
    const box = trigger.current?.getBoundingClientRect();
    if (!box || !panel.current) return;
    panel.current.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - 228))}px`;
    panel.current.style.top = `${box.bottom + 4}px`;
  };
  const toggle = (option: T) => {
    const next = chosen.includes(option) ? chosen.filter((one) => one !== option) : [...chosen, option];
    onChange(next.length ? next : undefined);
  };
  return (
    <>
      <Button ref={trigger} popoverTarget={id} className={chosen.length ? css.on : ''}>
        {label}
        {chosen.length > 0 && <span className={css.number}>{chosen.length}</span>}
        <ChevronDown aria-hidden />
      </Button>
      <div ref={panel} id={id} popover="auto" role="group" aria-label={label} className={css.panel} onBeforeToggle={place}>
        {options.map((option) => (
          <Check key={option} label={capital(words(option))} checked={chosen.includes(option)} onChange={() => toggle(option)} />
        ))}
        {chosen.length > 0 && (
          <Button look="quiet" onClick={() => onChange(undefined)}>
            Clear
          </Button>
        )}
      </div>
    </>
  );
}
