/** The rows of the list: name, status, how far, pages, when, and what can be done. */
import { Link } from '@tanstack/react-router';
import { Ban, Ellipsis, ExternalLink, RotateCcw, Trash2 } from 'lucide-react';
import type { Batch } from '@/shared/api/client';
import { count } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Menu } from '@/shared/ui/Menu';
import { Progress } from '@/shared/ui/Progress';
import { SortHead } from '@/shared/ui/SortHead';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { useNavigate } from '@tanstack/react-router';
import css from './BatchesPage.module.css';
import { FITS, useSteering } from './steering';
import type { BatchesSearch } from './search';

type Props = {
  batches: Batch[];
  chosen: ReadonlySet<string>;
  sort: BatchesSearch['sort'];
  onChoose: (chosen: ReadonlySet<string>) => void;
  onSort: (sort: BatchesSearch['sort']) => void;
};

export function BatchTable({ batches, chosen, sort = '-created_at', onChoose, onSort }: Props) {
  const all = batches.every((batch) => chosen.has(batch.id));
  const choose = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`}>
        <thead>
          <tr>
            <th className={table.tight}>
              <label className={table.pick}>
                <span className="sr">Select all on this page</span>
                <input
                  type="checkbox"
                  className={table.tick}
                  checked={all}
                  onChange={() => onChoose(all ? new Set() : new Set(batches.map((batch) => batch.id)))}
                />
              </label>
            </th>
            <SortHead by="name" sort={sort} onSort={onSort}>
              Batch
            </SortHead>
            <th>Status</th>
            <th>Documents</th>
            <th className={`${table.right} ${table.roomy}`}>Pages</th>
            <SortHead by="created_at" sort={sort} onSort={onSort} className={table.roomy}>
              Submitted
            </SortHead>
            <th className={table.roomy}>Completed</th>
            <th className={table.tight}>
              <span className="sr">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {batches.map((batch) => (
            <BatchRow key={batch.id} batch={batch} chosen={chosen.has(batch.id)} onChoose={() => choose(batch.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BatchRow({ batch, chosen, onChoose }: { batch: Batch; chosen: boolean; onChoose: () => void }) {
  return (
    <tr aria-selected={chosen}>
      <td>
        <label className={table.pick}>
          <span className="sr">Select {batch.name}</span>
          <input type="checkbox" className={table.tick} checked={chosen} onChange={onChoose} />
        </label>
      </td>
      <td>
        <Link to="/batches/$batchId" params={{ batchId: batch.id }} className={table.name}>
          {batch.name}
        </Link>
        <span className={table.sub}>
          {batch.created_by}
          {batch.generation > 1 && ` · run ${batch.generation}`}
        </span>
      </td>
      <td className={table.below}>
        <StatusBadge status={batch.status} />
      </td>
      <td className={table.below}>
        <Documents batch={batch} />
      </td>
      <td className={`${table.right} ${table.roomy} num`}>{count(batch.pages)}</td>
      <td className={table.roomy}>
        <When at={batch.created_at} />
      </td>
      <td className={table.roomy}>
        <When at={batch.completed_at} />
      </td>
      <td>
        <RowMenu batch={batch} />
      </td>
    </tr>
  );
}

function Documents({ batch }: { batch: Batch }) {
  const ended = batch.completed + batch.failed + batch.cancelled;
  return (
    <div className={css.progress}>
      <Progress slim total={batch.total_documents} done={batch.completed} failed={batch.failed} label={`${batch.name}: documents done`} />
      <span className={css.counts}>
        {count(ended)} of {count(batch.total_documents)}
        {batch.failed > 0 && <em> · {count(batch.failed)} failed</em>}
        {batch.needs_review > 0 && <b> · {count(batch.needs_review)} to review</b>}
      </span>
    </div>
  );
}

function RowMenu({ batch }: { batch: Batch }) {
  const steer = useSteering();
  const navigate = useNavigate();
  return (
    <Menu
      label={`Actions for ${batch.name}`}
      icon={<Ellipsis />}
      items={[
        { label: 'Open', icon: <ExternalLink />, onSelect: () => navigate({ to: '/batches/$batchId', params: { batchId: batch.id } }) },
        { label: 'Retry failed', icon: <RotateCcw />, disabled: !FITS.retry(batch), onSelect: () => steer('retry', { items: [batch] }) },
        { label: 'Cancel', icon: <Ban />, disabled: !FITS.cancel(batch), onSelect: () => steer('cancel', { items: [batch] }) },
        { label: 'Delete', icon: <Trash2 />, danger: true, onSelect: () => steer('delete', { items: [batch] }) },
      ]}
    />
  );
}
