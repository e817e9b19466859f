/** Shows what is shown once only, to be copied. */
import type { ReactNode } from 'react';
import { Button } from './Button';
import { Copy } from './Copy';
import { Dialog } from './Dialog';

type Props = { title: string; secret: string; label: string; onClose: () => void; children: ReactNode };

export function SecretDialog({ title, secret, label, onClose, children }: Props) {
  return (
    <Dialog title={title} footer={<Button onClick={onClose}>I have it</Button>}>
      <p>{children}</p>
      <Copy value={secret} label={label} />
    </Dialog>
  );
}
