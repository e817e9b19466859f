/** Exports with their state, and the file once there is one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ban, Download, FolderOpen, Trash2 } from 'lucide-react';
import type { Export } from '@/shared/api/client';
import { shortDate } from '@/shared/format/dates';
import { bytes, count, counted } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Button, buttonClass } from '@/shared/ui/Button';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { useToasts } from '@/shared/ui/toasts';
import { cancelExport, discardExport, downloadPath, exportsKey, exportsQuery } from './api';

const FORMAT = { xlsx: 'Excel', csv: 'CSV', json: 'JSON' };
const PHASES: Record<NonNullable<Export['phase']>, string> = {
  reading: 'reading',
  surveying: 'looking for columns',
  writing: 'writing',
  packing: 'packing',
  storing: 'storing',
};

/** Each document is read once and written once. */
function howFar({ phase, read, written, documents }: Export): string {
  if (!phase) return '–';
  return documents ? `${PHASES[phase]}, ${Math.floor((50 * (read + written)) / documents)} %` : PHASES[phase];
}

export function ExportTable({ batchId }: { batchId?: string }) {
  const query = useQuery(exportsQuery(batchId));
  if (query.isPending) return <Loading label="Loading exports" />;
  if (query.isError) return <Failed error={query.error} onRetry={() => query.refetch()} />;
  if (!query.data.items.length) {
    return (
      <Empty icon={FolderOpen} title="No exports yet">
        <p className="quiet">Press Export on a batch, or choose documents. Files are kept for seven days.</p>
      </Empty>
    );
  }
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`}>
        <thead>
          <tr>
            <th>File</th>
            <th>Status</th>
            <th className={`${table.right} ${table.roomy}`}>Documents</th>
            <th className={`${table.right} ${table.roomy}`}>Rows</th>
            <th className={table.roomy}>Asked for</th>
            <th className={table.roomy}>Kept until</th>
            <th className={table.tight}>
              <span className="sr">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {query.data.items.map((item) => (
            <Row key={item.id} item={item} linked={!batchId} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Stops an export that is being made, or throws away one that is there. */
function Discard({ item }: { item: Export }) {
  const queryClient = useQueryClient();
  const tell = useToasts();
  const stops = item.status === 'queued' || item.status === 'running';
  const act = useMutation({
    mutationFn: async (): Promise<unknown> => (stops ? cancelExport(item.id) : discardExport(item.id)),
    onSuccess: () => {
      tell.done(stops ? 'The export is cancelled.' : 'The export is deleted; it can be made again at any time.');
      return queryClient.invalidateQueries({ queryKey: exportsKey });
    },
    onError: tell.failed,
  });
  const name = `${stops ? 'Cancel' : 'Delete'} ${item.file_name ?? 'the export'}`;
  return <Button look="quiet" icon={stops ? <Ban /> : <Trash2 />} aria-label={name} title={stops ? 'Cancel' : 'Delete'} busy={act.isPending} onClick={() => act.mutate()} />;
}

function Row({ item, linked }: { item: Export; linked: boolean }) {
  return (
    <tr>
      <td>
        <span className={table.name}>{item.file_name ?? `${FORMAT[item.format]}, ${item.layout === 'normal' ? 'a row a document' : 'a row an item'}`}</span>
        <span className={table.sub}>
          {FORMAT[item.format]} · {item.size === null ? 'no file yet' : bytes(item.size)}
          {linked && item.batch_id && (
            <>
              {' · '}
              <Link to="/batches/$batchId" params={{ batchId: item.batch_id }}>
                batch
              </Link>
            </>
          )}
          {item.batch_ids && ` · ${counted(item.batch_ids.length, 'batch', 'batches')}`}
          {item.document_ids && ` · ${counted(item.document_ids.length, 'chosen document')}`}
        </span>
        {item.error && <span className={table.sub}> {item.error.message}</span>}
        {item.notes?.[0] && <span className={table.sub}> {item.notes.length > 1 ? `${item.notes[0]} (1 of ${count(item.notes.length)} notes)` : item.notes[0]}</span>}
      </td>
      <td className={table.below}>
        <StatusBadge status={item.status} />
      </td>
      <td className={`${table.right} ${table.roomy} num`}>
        {item.rows === null ? howFar(item) : `${count(item.documents ?? 0)} of ${count(item.total_documents ?? 0)}`}
      </td>
      <td className={`${table.right} ${table.roomy} num`}>{item.rows === null ? '–' : count(item.rows)}</td>
      <td className={table.roomy}>
        <When at={item.created_at} />
      </td>
      <td className={table.roomy}>{shortDate(item.expires_at)}</td>
      <td>
        <span className={table.acts}>
          {item.status === 'ready' && (
            <a className={buttonClass('plain')} href={downloadPath(item.id)} download>
              <Download aria-hidden /> Download
            </a>
          )}
          <Discard item={item} />
        </span>
      </td>
    </tr>
  );
}
