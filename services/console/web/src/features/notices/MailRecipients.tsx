/** Who hears of what by mail. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, List, Mail, Plus, Power, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Recipient } from '@/shared/api/client';
import { Badge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { useConfirm } from '@/shared/ui/confirm';
import { Menu } from '@/shared/ui/Menu';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { useToasts } from '@/shared/ui/toasts';
import table from '@/shared/ui/table.module.css';
import { changeRecipient, recipientsQuery, removeRecipient, sendTest } from './api';
import { MailsDialog } from './MailsDialog';
import { NewRecipientDialog } from './NewRecipientDialog';
import css from './Notices.module.css';

export function MailRecipients() {
  const query = useQuery(recipientsQuery);
  const [adding, setAdding] = useState(false);
  if (query.isPending) return <Loading rows={3} label="Loading recipients" />;
  if (query.isError) return <Failed error={query.error} onRetry={() => query.refetch()} />;
  const { configured, items } = query.data;
  return (
    <>
      {!configured && (
        <p className={css.off}>
          No mail server is set, so nothing is sent. Whoever runs this IngestIO sets <code>INGESTIO_SMTP_URL</code> and <code>INGESTIO_MAIL_FROM</code>.
        </p>
      )}
      <div className={table.bar}>
        <Button icon={<Plus />} onClick={() => setAdding(true)}>
          Add an address
        </Button>
      </div>
      {items.length ? (
        <div className={table.scroll}>
          <table className={table.table}>
            <thead>
              <tr>
                <th>Address</th>
                <th>State</th>
                <th className={table.roomy}>Events</th>
                <th className={table.tight}>
                  <span className="sr">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((recipient) => (
                <Row key={recipient.id} recipient={recipient} />
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty icon={Mail} title="Nobody gets mail yet">
          <p className="quiet">An address hears of finished batches and exports, or of a quota that runs out; every mail has a link that ends it.</p>
        </Empty>
      )}
      {adding && <NewRecipientDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Row({ recipient }: { recipient: Recipient }) {
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const tell = useToasts();
  const [mails, setMails] = useState(false);
  const act = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; done: string }) => run(),
    onSuccess: (_, { done }) => {
      tell.done(done);
      return queryClient.invalidateQueries({ queryKey: recipientsQuery.queryKey });
    },
    onError: tell.failed,
  });
  const { id, address, enabled } = recipient;
  const remove = async () => {
    const question = { title: `Remove ${address}?`, text: 'It gets no mail any more.', action: 'Remove', danger: true };
    if (await confirm(question)) act.mutate({ run: () => removeRecipient(id), done: 'Removed.' });
  };
  return (
    <tr>
      <td>
        <span className={table.name}>{address}</span>
        <span className={table.sub}>added by {recipient.created_by}</span>
      </td>
      <td>
        <Badge tone={enabled ? 'good' : 'calm'}>{enabled ? 'On' : 'Off'}</Badge>
      </td>
      <td className={table.roomy}>{recipient.events.join(', ')}</td>
      <td>
        <Menu
          label={`Actions for ${address}`}
          icon={<Ellipsis />}
          items={[
            { label: 'Send a test', icon: <Send />, onSelect: () => act.mutate({ run: () => sendTest(id), done: 'A test mail is on its way.' }) },
            { label: 'Mails', icon: <List />, onSelect: () => setMails(true) },
            {
              label: enabled ? 'Switch off' : 'Switch on',
              icon: <Power />,
              onSelect: () => act.mutate({ run: () => changeRecipient(id, { enabled: !enabled }), done: enabled ? 'Switched off.' : 'Switched on.' }),
            },
            { label: 'Remove', icon: <Trash2 />, danger: true, onSelect: remove },
          ]}
        />
        {mails && <MailsDialog recipient={recipient} onClose={() => setMails(false)} />}
      </td>
    </tr>
  );
}
