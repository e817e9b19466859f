/** A labelled form control with its hint and its error, tied together for screen readers. */
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react';
import css from './Field.module.css';

type Shared = { label: ReactNode; hint?: ReactNode; error?: string; hideLabel?: boolean };

function Wrapped({ id, label, hint, error, hideLabel, children }: Shared & { id: string; children: ReactNode }) {
  return (
    <div className={css.field}>
      <label htmlFor={id} className={hideLabel ? 'sr' : css.label}>
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={css.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

const described = (id: string, { hint, error }: Shared) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

export function TextField({ label, hint, error, hideLabel, ...rest }: Shared & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const shared = { label, hint, error, hideLabel };
  return (
    <Wrapped id={id} {...shared}>
      <input {...rest} id={id} className={css.input} aria-describedby={described(id, shared)} aria-invalid={!!error} />
    </Wrapped>
  );
}

export function TextArea({ label, hint, error, hideLabel, ...rest }: Shared & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  const shared = { label, hint, error, hideLabel };
  return (
    <Wrapped id={id} {...shared}>
      <textarea rows={5} {...rest} id={id} className={css.input} aria-describedby={described(id, shared)} aria-invalid={!!error} />
    </Wrapped>
  );
}

export function Select({ label, hint, error, hideLabel, children, ...rest }: Shared & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  const shared = { label, hint, error, hideLabel };
  return (
    <Wrapped id={id} {...shared}>
      <select {...rest} id={id} className={`${css.input} ${css.select}`} aria-describedby={described(id, shared)}>
        {children}
      </select>
    </Wrapped>
  );
}

export function Check({ label, ...rest }: { label: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className={css.check}>
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  );
}
