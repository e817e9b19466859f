/** What can be done to the chosen batches, in place of the filters while some are chosen; also to all that match. */
import { useQuery } from '@tanstack/react-query';
import { Ban, Download, RotateCcw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { Batch } from '@/shared/api/client';
import { ExportDialog } from '@/shared/exports/ExportDialog';
import { counted } from '@/shared/format/numbers';
import type { Act } from '@/shared/steering/bulk';
import { Button } from '@/shared/ui/Button';
import { useToasts } from '@/shared/ui/toasts';
import table from '@/shared/ui/table.module.css';
import { type BatchFilter, idsMatching, matchingQuery, MOST_BATCHES_OF_AN_EXPORT } from './api';
import { FITS, useSteering } from './steering';

type Props = { chosen: Batch[]; filter: BatchFilter; more: boolean; onDone: () => void };

export function BulkBar({ chosen, filter, more, onDone }: Props) {
  const steer = useSteering();
  const tell = useToasts();
  const [all, setAll] = useState(false);
  const [exporting, setExporting] = useState<string[] | null>(null);
  const matching = useQuery({ ...matchingQuery(filter), enabled: more });
  const count = matching.data;
  const act = async (what: Act) => (await steer(what, all && count !== undefined ? { filter, count } : { items: chosen })) && onDone();
  const number = (what: Act) => (all ? count : chosen.filter(FITS[what]).length) ?? 0;
  const beginExport = async () => {
    if (!all) return setExporting(chosen.map((batch) => batch.id));
    const ids = await idsMatching(filter, MOST_BATCHES_OF_AN_EXPORT).catch(tell.failed);
    return ids ? setExporting(ids) : tell.failed('An export takes up to 100 batches. Narrow the search.');
  };
  return (
    <div className={table.bar} role="toolbar" aria-label="Actions for the chosen batches">
      <strong role="status">{all ? `All ${counted(count ?? 0, 'matching batch', 'matching batches')} selected` : `${counted(chosen.length, 'batch', 'batches')} selected`}</strong>
      <Button icon={<Download />} onClick={beginExport}>
        Export
      </Button>
      <Button icon={<RotateCcw />} disabled={!number('retry')} onClick={() => act('retry')}>
        Retry {(!all && number('retry')) || ''}
      </Button>
      <Button icon={<Ban />} disabled={!number('cancel')} onClick={() => act('cancel')}>
        Cancel {(!all && number('cancel')) || ''}
      </Button>
      <Button look="danger" icon={<Trash2 />} onClick={() => act('delete')}>
        Delete
      </Button>
      {more && !all && count !== undefined && count > chosen.length && (
        <Button look="quiet" onClick={() => setAll(true)}>
          Select all {count.toLocaleString()} that match
        </Button>
      )}
      <Button look="quiet" icon={<X />} onClick={onDone}>
        Clear selection
      </Button>
      {matching.isError && <span className="quiet">{matching.error.message}</span>}
      {exporting && <ExportDialog batchIds={exporting} onClose={() => setExporting(null)} />}
    </div>
  );
}
