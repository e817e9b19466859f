/** What finished lately; and who hears of it by mail. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Bell, CircleAlert, FolderDown, Layers } from 'lucide-react';
import type { Notice } from '@/shared/api/client';
import { More } from '@/shared/ui/More';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { Tabs } from '@/shared/ui/Tabs';
import { When } from '@/shared/ui/When';
import { noticesQuery } from './api';
import { MailRecipients } from './MailRecipients';
import css from './Notices.module.css';

const NAMES = [
  { name: 'notices', label: 'What finished' },
  { name: 'mail', label: 'By mail' },
] as const;

export function NoticesPage() {
  const { tab = 'notices' } = useSearch({ from: '/notices' });
  const navigate = useNavigate({ from: '/notices' });
  return (
    <Page title="Notices" about="What came to its end while you were elsewhere.">
      <Card flush>
        <Tabs label="Notices" tabs={NAMES} active={tab} onChange={(name) => navigate({ search: { tab: name === 'notices' ? undefined : name }, replace: true })}>
          {tab === 'notices' ? <Finished /> : <MailRecipients />}
        </Tabs>
      </Card>
    </Page>
  );
}

const ICONS: Record<string, typeof Bell> = { 'batch.completed': Layers, 'export.completed': FolderDown, 'export.failed': CircleAlert };

/** Leads to what it tells of: an export need not be of one batch, and the quota is of none. */
function Told({ notice }: { notice: Notice }) {
  if (notice.kind.startsWith('export')) return <Link to="/exports">{notice.text}</Link>;
  if (notice.kind === 'quota.warning') return <Link to="/usage">{notice.text}</Link>;
  return (
    <Link to="/batches/$batchId" params={{ batchId: notice.batch_id }}>
      {notice.text}
    </Link>
  );
}

function Finished() {
  const query = useInfiniteQuery(noticesQuery);
  if (query.isPending) return <Loading label="Loading notices" />;
  if (query.isError) return <Failed error={query.error} onRetry={() => query.refetch()} />;
  const notices = query.data.pages.flatMap((page) => page.items);
  if (!notices.length) {
    return (
      <Empty icon={Bell} title="Nothing has finished yet">
        <p className="quiet">Batches that come to their end, and exports that are ready or failed, are listed here.</p>
      </Empty>
    );
  }
  return (
    <>
      <ul className={css.notices}>
        {notices.map((notice) => {
          const Icon = ICONS[notice.kind] ?? Bell;
          return (
            <li key={notice.id}>
              <Icon aria-hidden data-bad={notice.kind.endsWith('failed')} />
              <Told notice={notice} />
              <When at={notice.created_at} />
            </li>
          );
        })}
      </ul>
      <More query={query} />
    </>
  );
}
