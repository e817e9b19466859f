/** A modal dialog on the browser's own <dialog>: focus stays inside, Escape closes, what is behind is inert. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './Button';
import css from './Dialog.module.css';

type Props = {
  title: string;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  /** Left out for what cannot be closed without an answer. */
  onClose?: () => void;
};

export function Dialog({ title, children, footer, wide = false, onClose }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`${css.dialog} ${wide ? css.wide : ''}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <header className={css.head}>
        <h2 id={heading}>{title}</h2>
        {onClose && <Button look="quiet" aria-label="Close" icon={<X />} onClick={onClose} />}
      </header>
      <div className={css.body}>{children}</div>
      {footer && <footer className={css.foot}>{footer}</footer>}
    </dialog>
  );
}
