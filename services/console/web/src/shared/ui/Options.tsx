/** One of a few, each with a word on what it means. */
import { useId } from 'react';
import css from './Options.module.css';

type Props<T extends string> = {
  legend: string;
  options: readonly { value: T; label: string; text: string }[];
  value: T;
  onChange: (value: T) => void;
};

export function Options<T extends string>({ legend, options, value, onChange }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={css.set}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className={css.option} data-on={option.value === value}>
          <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>
            <strong>{option.label}</strong>
            <small>{option.text}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
