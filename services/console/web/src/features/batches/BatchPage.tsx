/** One batch: how far it is, its documents, what was read, what was asked, and its exports. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Ban, Download, Ellipsis, Pencil, RefreshCw, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Batch } from '@/shared/api/client';
import { Problem } from '@/shared/api/problem';
import { dateAndTime } from '@/shared/format/dates';
import { capital, words } from '@/shared/format/numbers';
import { hasEnded } from '@/shared/live/changes';
import { ExportDialog } from '@/shared/exports/ExportDialog';
import { Badge, StatusBadge } from '@/shared/ui/Badge';
import { Button, buttonClass } from '@/shared/ui/Button';
import { Menu } from '@/shared/ui/Menu';
import { Card, Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/states';
import { Tabs } from '@/shared/ui/Tabs';
import { batchQuery } from './api';
import { BatchCounts } from './BatchCounts';
import { BatchDocuments } from './BatchDocuments';
import { BatchErrors } from './BatchErrors';
import { ExportTable } from '@/shared/exports/ExportTable';
import { BatchPrompts } from './BatchPrompts';
import { BatchResults } from './BatchResults';
import { ChangeDialog } from './ChangeDialog';
import { ModelNotice } from './ModelNotice';
import { RerunDialog } from './RerunDialog';
import { FITS, useSteering } from './steering';
import { TABS } from './search';

export function BatchPage() {
  const { batchId } = useParams({ from: '/batches/$batchId' });
  const { tab = 'documents' } = useSearch({ from: '/batches/$batchId' });
  const navigate = useNavigate({ from: '/batches/$batchId' });
  const query = useQuery(batchQuery(batchId));
  const batch = query.data;
  if (query.error instanceof Problem && query.error.code === 'batch_is_open') return <StillOpen batchId={batchId} />;
  if (!batch) return query.isError ? <Failed error={query.error} onRetry={() => query.refetch()} /> : <Loading rows={10} />;
  return (
    <Page title={batch.name} above={<Link to="/batches">Batches</Link>} about={<About batch={batch} />} actions={<Actions batch={batch} />}>
      <BatchCounts batch={batch} />
      {!hasEnded(batch.status) && <ModelNotice />}
      <BatchErrors batch={batch} />
      <Card flush>
        <Tabs
          label="Parts of the batch"
          tabs={TABS.map((name) => ({ name, label: capital(name) }))}
          active={tab}
          onChange={(name) => navigate({ search: { tab: name === 'documents' ? undefined : name }, replace: true })}
        >
          {tab === 'documents' && <BatchDocuments batch={batch} />}
          {tab === 'results' && <BatchResults batchId={batch.id} />}
          {tab === 'prompts' && <BatchPrompts batchId={batch.id} />}
          {tab === 'exports' && <ExportTable batchId={batch.id} />}
        </Tabs>
      </Card>
    </Page>
  );
}

function About({ batch }: { batch: Batch }) {
  return (
    <>
      <StatusBadge status={batch.status} />
      <span>{capital(words(batch.strategy))} prompts</span>
      {batch.priority !== 'normal' && <Badge>{capital(batch.priority)} priority</Badge>}
      <span>
        Submitted {dateAndTime(batch.created_at)} by {batch.created_by}
      </span>
      {batch.generation > 1 && <span>Run {batch.generation}</span>}
      <span className="mono" title="The batch’s id">
        {batch.id}
      </span>
      {batch.description && <span>{batch.description}</span>}
    </>
  );
}

function Actions({ batch }: { batch: Batch }) {
  const steer = useSteering();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'export' | 'rerun' | 'change' | null>(null);
  const remove = async () => (await steer('delete', { items: [batch] })) && navigate({ to: '/batches' });
  return (
    <>
      {FITS.cancel(batch) && (
        <Button icon={<Ban />} onClick={() => steer('cancel', { items: [batch] })}>
          Cancel
        </Button>
      )}
      {FITS.retry(batch) && (
        <Button icon={<RotateCcw />} onClick={() => steer('retry', { items: [batch] })}>
          Retry {batch.failed + batch.cancelled}
        </Button>
      )}
      <Menu
        label="More actions"
        look="plain"
        icon={<Ellipsis />}
        items={[
          { label: 'Read again…', icon: <RefreshCw />, onSelect: () => setOpen('rerun') },
          { label: 'Name and priority…', icon: <Pencil />, onSelect: () => setOpen('change') },
          { label: 'Delete', icon: <Trash2 />, danger: true, onSelect: remove },
        ]}
      />
      <Button look="primary" icon={<Download />} onClick={() => setOpen('export')}>
        Export
      </Button>
      {open === 'export' && <ExportDialog batchIds={[batch.id]} onClose={() => setOpen(null)} />}
      {open === 'change' && <ChangeDialog batch={batch} onClose={() => setOpen(null)} />}
      {open === 'rerun' && <RerunDialog batch={batch} onClose={() => setOpen(null)} />}
    </>
  );
}

function StillOpen({ batchId }: { batchId: string }) {
  return (
    <Page title="Not submitted yet" above={<Link to="/batches">Batches</Link>}>
      <Card>
        <p>This batch still waits for its files.</p>
        <p>
          <Link to="/batches/new" search={{ batch: batchId }} className={buttonClass('primary')}>
            Go on uploading
          </Link>
        </p>
      </Card>
    </Page>
  );
}
