/** All batches: live, filtered, sorted, and steered one by one or many at once. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Inbox, Plus, SearchX } from 'lucide-react';
import { useState } from 'react';
import { keys } from '@/shared/api/keys';
import { useLeaving } from '@/shared/leaving';
import { counted, listed } from '@/shared/format/numbers';
import { useLive } from '@/shared/live/context';
import { Button, buttonClass } from '@/shared/ui/Button';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { Pager } from '@/shared/ui/Pager';
import { batchesQuery, filterOf } from './api';
import { BatchFilters } from './BatchFilters';
import { BatchTable } from './BatchTable';
import { BulkBar } from './BulkBar';
import css from './BatchesPage.module.css';
import type { BatchesSearch } from './search';

export function BatchesPage() {
  const search = useSearch({ from: '/batches' });
  const navigate = useNavigate({ from: '/batches' });
  const batches = useQuery(batchesQuery(search));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const change = (part: Partial<BatchesSearch>) => navigate({ search: (before) => ({ ...before, cursor: undefined, ...part }), replace: true });
  const leaving = useLeaving();
  const items = batches.data?.items.filter((batch) => !leaving.has(batch.id)) ?? [];
  const selected = items.filter((batch) => chosen.has(batch.id));
  const filtered = Boolean(search.q || search.status || search.strategy || search.from || search.to);

  return (
    <Page
      title="Batches"
      about={batches.data && <span className="num">{listed(batches.data, 'batch', 'batches')}</span>}
      actions={
        <Link to="/batches/new" className={buttonClass('primary')}>
          <Plus aria-hidden /> New batch
        </Link>
      }
    >
      <Card flush>
        {selected.length ? (
          <BulkBar chosen={selected} filter={filterOf(search)} more={Boolean(search.cursor ?? batches.data?.next_cursor)} onDone={() => setChosen(new Set())} />
        ) : (
          <BatchFilters search={search} onChange={change} />
        )}
        <Unseen />
        {batches.isError && !batches.data && <Failed error={batches.error} onRetry={() => batches.refetch()} />}
        {batches.isPending && <Loading rows={8} label="Loading batches" />}
        {batches.data && items.length === 0 && <Nothing filtered={filtered} onClear={() => navigate({ search: {} })} />}
        {items.length > 0 && (
          <BatchTable batches={items} chosen={chosen} sort={search.sort} onChoose={setChosen} onSort={(sort) => change({ sort })} />
        )}
        <Pager cursor={search.cursor} next={batches.data?.next_cursor} onGo={(cursor) => navigate({ search: (before) => ({ ...before, cursor }) })} />
      </Card>
    </Page>
  );
}

/** Rows never jump under the pointer: what is new is offered. */
function Unseen() {
  const queryClient = useQueryClient();
  const { unseen, forgetUnseen } = useLive();
  if (!unseen.size) return null;
  const show = async () => {
    await queryClient.invalidateQueries({ queryKey: keys.batches });
    forgetUnseen();
  };
  return (
    <div className={css.unseen}>
      <Button look="quiet" onClick={show}>
        {counted(unseen.size, 'new or changed batch', 'new or changed batches')} — show
      </Button>
    </div>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <Empty icon={SearchX} title="No batch matches">
        <p className="quiet">Names, descriptions and errors are searched, also misspelt ones.</p>
        <Button onClick={onClear}>Clear search and filters</Button>
      </Empty>
    );
  }
  return (
    <Empty icon={Inbox} title="No batches yet">
      <p className="quiet">Hand in a pile of PDF, JPG and PNG files; get clean rows back.</p>
      <Link to="/batches/new" className={buttonClass('primary')}>
        <Plus aria-hidden /> New batch
      </Link>
    </Empty>
  );
}

