/** What can be done to the chosen documents, or to all that match, in place of the filters. */
import { useQuery } from '@tanstack/react-query';
import { Ban, Download, RotateCcw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { Document, DocumentSelection } from '@/shared/api/client';
import { ExportDialog } from '@/shared/exports/ExportDialog';
import { counted } from '@/shared/format/numbers';
import type { Act } from '@/shared/steering/bulk';
import { Button } from '@/shared/ui/Button';
import table from '@/shared/ui/table.module.css';
import { useToasts } from '@/shared/ui/toasts';
import { idsMatching, matchingQuery, MOST_OF_AN_EXPORT } from './api';
import { FITS, useDocumentSteering } from './steering';

type Props = {
  chosen: Document[];
  shown: number;
  filter: DocumentSelection;
  onReadAgain?: (documents: Document[]) => void;
  onAll: () => void;
  onDone: () => void;
};

export function DocumentBar({ chosen, shown, filter, onReadAgain, onAll, onDone }: Props) {
  const steer = useDocumentSteering();
  const tell = useToasts();
  const [all, setAll] = useState(false);
  const [exporting, setExporting] = useState<string[] | null>(null);
  const matching = useQuery(matchingQuery(filter));
  const count = matching.data;
  const act = async (what: Act) => (await steer(what, all && count !== undefined ? { filter, count } : { items: chosen })) && onDone();
  const fits = (what: Act) => all || chosen.some(FITS[what]);
  const beginExport = async () => {
    if (!all) return setExporting(chosen.map((document) => document.id));
    const ids = await idsMatching(filter, MOST_OF_AN_EXPORT).catch(tell.failed);
    return ids ? setExporting(ids) : tell.failed('An export takes up to 10,000 documents. Narrow the search.');
  };
  return (
    <div className={table.bar} role="toolbar" aria-label="Actions for the chosen documents">
      <strong role="status">{all ? `All ${counted(count ?? 0, 'matching document')} selected` : `${counted(chosen.length, 'document')} selected`}</strong>
      <Button icon={<Download />} onClick={beginExport}>
        Export
      </Button>
      {onReadAgain && !all && (
        <Button icon={<RotateCcw />} onClick={() => onReadAgain(chosen)}>
          Read again…
        </Button>
      )}
      {(!onReadAgain || all) && (
        <Button icon={<RotateCcw />} disabled={!fits('retry')} onClick={() => act('retry')}>
          Retry
        </Button>
      )}
      <Button icon={<Ban />} disabled={!fits('cancel')} onClick={() => act('cancel')}>
        Cancel
      </Button>
      <Button look="danger" icon={<Trash2 />} disabled={!fits('delete')} onClick={() => act('delete')}>
        Delete
      </Button>
      {!all && shown > chosen.length && (
        <Button look="quiet" onClick={onAll}>
          Select all {shown.toLocaleString()} shown
        </Button>
      )}
      {!all && count !== undefined && count > shown && (
        <Button look="quiet" onClick={() => setAll(true)}>
          Select all {count.toLocaleString()} that match
        </Button>
      )}
      <Button look="quiet" icon={<X />} onClick={onDone}>
        Clear selection
      </Button>
      {exporting && <ExportDialog documentIds={exporting} onClose={() => setExporting(null)} />}
    </div>
  );
}
