/** The mails to one address, and what the mail server said. */
import { useQuery } from '@tanstack/react-query';
import type { Recipient } from '@/shared/api/client';
import { StatusBadge } from '@/shared/ui/Badge';
import { Dialog } from '@/shared/ui/Dialog';
import { Failed, Loading } from '@/shared/ui/states';
import { When } from '@/shared/ui/When';
import { mailsQuery } from './api';
import css from './Notices.module.css';

export function MailsDialog({ recipient, onClose }: { recipient: Recipient; onClose: () => void }) {
  const mails = useQuery(mailsQuery(recipient.id));
  return (
    <Dialog wide title={`Mails to ${recipient.address}`} onClose={onClose}>
      {mails.isPending && <Loading rows={3} />}
      {mails.isError && <Failed error={mails.error} onRetry={() => mails.refetch()} />}
      {mails.data?.items.length === 0 && <p className="quiet">None yet.</p>}
      <ul className={css.mails}>
        {mails.data?.items.map((mail) => (
          <li key={mail.id}>
            <strong>{mail.subject}</strong>
            <span className="quiet">
              <StatusBadge status={mail.sent_at ? 'delivered' : mail.error ? 'failed' : 'waiting'} /> <When at={mail.sent_at ?? mail.created_at} />
            </span>
            {mail.error && <span>{mail.error}</span>}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
