/** Who hears of what by mail. */
import { useQuery } from '@tanstack/react-query';
import { Ellipsis, List, Mail, Plus, Power, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Recipient } from '@/shared/api/client';
import { useLeaving } from '@/shared/leaving';
import { useActing } from '@/shared/steering/acting';
import { Badge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { Listing } from '@/shared/ui/Listing';
import { Menu } from '@/shared/ui/Menu';
import { Empty } from '@/shared/ui/states';
import table from '@/shared/ui/table.module.css';
import { changeRecipient, recipientsQuery, removeRecipient, sendTest } from './api';
import { MailsDialog } from './MailsDialog';
import { NewRecipientDialog } from './NewRecipientDialog';
import css from './Notices.module.css';

const COLUMNS = [{ name: 'Address' }, { name: 'State' }, { name: 'Events', roomy: true }];

export function MailRecipients() {
  const query = useQuery(recipientsQuery);
  const leaving = useLeaving();
  const [adding, setAdding] = useState(false);
  return (
    <>
      {query.data?.configured === false && (
        <p className={css.off}>
          No mail server is set, so nothing is sent. Whoever runs this IngestIO sets <code>INGESTIO_SMTP_URL</code> and <code>INGESTIO_MAIL_FROM</code>.
        </p>
      )}
      <div className={table.bar}>
        <Button icon={<Plus />} onClick={() => setAdding(true)}>
          Add an address
        </Button>
      </div>
      <Listing
        query={query}
        items={query.data?.items.filter((recipient) => !leaving.has(recipient.id))}
        columns={COLUMNS}
        empty={
          <Empty icon={Mail} title="Nobody gets mail yet">
            <p className="quiet">An address hears of finished batches and exports, or of a quota that runs out; every mail has a link that ends it.</p>
          </Empty>
        }
        renderRow={(recipient) => <Row recipient={recipient} />}
      />
      {adding && <NewRecipientDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Row({ recipient }: { recipient: Recipient }) {
  const [mails, setMails] = useState(false);
  const { act, removeLater } = useActing(recipientsQuery.queryKey);
  const { id, address, enabled } = recipient;
  const remove = () =>
    removeLater({
      id,
      question: { title: `Remove ${address}?`, text: 'It gets no mail any more.', action: 'Remove' },
      done: `${address} removed.`,
      remove: (how) => removeRecipient(id, how),
    });
  const change = () => act(() => changeRecipient(id, { enabled: !enabled }), enabled ? 'Switched off.' : 'Switched on.');
  return (
    <tr>
      <td>
        <span className={table.name}>{address}</span>
        <span className={table.sub}>added by {recipient.created_by}</span>
      </td>
      <td className={table.below}>
        <Badge tone={enabled ? 'good' : 'calm'}>{enabled ? 'On' : 'Off'}</Badge>
      </td>
      <td className={table.roomy}>{recipient.events.join(', ')}</td>
      <td>
        <Menu
          label={`Actions for ${address}`}
          icon={<Ellipsis />}
          items={[
            { label: 'Send a test', icon: <Send />, onSelect: () => act(() => sendTest(id), 'A test mail is on its way.') },
            { label: 'Mails', icon: <List />, onSelect: () => setMails(true) },
            { label: enabled ? 'Switch off' : 'Switch on', icon: <Power />, onSelect: change },
            { label: 'Remove', icon: <Trash2 />, danger: true, onSelect: remove },
          ]}
        />
        {mails && <MailsDialog recipient={recipient} onClose={() => setMails(false)} />}
      </td>
    </tr>
  );
}
