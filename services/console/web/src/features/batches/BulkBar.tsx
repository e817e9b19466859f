/** What can be done to the chosen batches, in place of the filters while some are chosen. */
import { Ban, Download, RotateCcw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { Batch } from '@/shared/api/client';
import { ExportDialog } from '@/shared/exports/ExportDialog';
import { counted } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import table from '@/shared/ui/table.module.css';
import { type Act, FITS, useSteering } from './steering';

export function BulkBar({ chosen, onDone }: { chosen: Batch[]; onDone: () => void }) {
  const steer = useSteering();
  const [exporting, setExporting] = useState(false);
  const act = async (what: Act) => (await steer(what, chosen)) && onDone();
  const number = (what: Act) => chosen.filter(FITS[what]).length;
  return (
    <div className={table.bar} role="toolbar" aria-label="Actions for the chosen batches">
      <strong>{counted(chosen.length, 'batch', 'batches')} selected</strong>
      <Button icon={<Download />} onClick={() => setExporting(true)}>
        Export
      </Button>
      <Button icon={<RotateCcw />} disabled={!number('retry')} onClick={() => act('retry')}>
        Retry {number('retry') || ''}
      </Button>
      <Button icon={<Ban />} disabled={!number('cancel')} onClick={() => act('cancel')}>
        Cancel {number('cancel') || ''}
      </Button>
      <Button look="danger" icon={<Trash2 />} onClick={() => act('delete')}>
        Delete
      </Button>
      <Button look="quiet" icon={<X />} onClick={onDone}>
        Clear selection
      </Button>
      {exporting && <ExportDialog batchIds={chosen.map((batch) => batch.id)} onClose={() => setExporting(false)} />}
    </div>
  );
}
