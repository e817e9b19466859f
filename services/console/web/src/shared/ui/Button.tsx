/** The one button: primary for what the page is for, plain for the rest, danger for what cannot be undone. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import css from './Button.module.css';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: ReactNode;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

export function Button({ look = 'plain', icon, busy = false, children, className = '', disabled, ...rest }: Props) {
  const classes = `${css.button} ${css[look]} ${children ? '' : css.square} ${className}`;
  return (
    <button type="button" {...rest} className={classes} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy ? <span className={css.spinner} aria-hidden /> : icon}
      {children}
    </button>
  );
}

export const buttonClass = (look: 'primary' | 'plain' | 'quiet' | 'danger' = 'plain'): string =>
  `${css.button} ${css[look]}`;
