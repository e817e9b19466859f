/** A dialog with one thing to fill in and send: Enter sends too; what the server refuses stands below the fields. */
import { type FormEvent, type ReactNode, useId } from 'react';
import { Button } from './Button';
import { Dialog } from './Dialog';
import css from './Dialog.module.css';

type Props = {
  title: string;
  /** What the button that sends it says. */
  action: string;
  sending: { isPending: boolean; error: Error | null; mutate: () => void };
  complete?: boolean;
  onClose: () => void;
  children: ReactNode;
};

export function FormDialog({ title, action, sending, complete = true, onClose, children }: Props) {
  const form = useId();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (complete && !sending.isPending) sending.mutate();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" form={form} look="primary" busy={sending.isPending} disabled={!complete}>
            {action}
          </Button>
        </>
      }
    >
      <form id={form} className={css.form} noValidate onSubmit={send}>
        {children}
        {sending.error && (
          <p className={css.refused} role="alert">
            {sending.error.message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
