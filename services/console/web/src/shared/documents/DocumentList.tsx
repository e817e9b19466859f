/** A list of documents with what stands above it, around whichever query gives its pages. */
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Download, RotateCcw, X } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Document, DocumentPage } from '@/shared/api/client';
import { ExportDialog } from '@/shared/exports/ExportDialog';
import { counted } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Failed, Loading } from '@/shared/ui/states';
import table from '@/shared/ui/table.module.css';
import { DocumentRows } from './DocumentRows';

type Props = {
  query: UseInfiniteQueryResult<InfiniteData<DocumentPage>>;
  filters: ReactNode;
  empty: ReactNode;
  onRetry?: (documents: Document[]) => void;
};

export function DocumentList({ query, filters, empty, onRetry }: Props) {
  const { data, isPending, isError, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [exporting, setExporting] = useState(false);
  const documents = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  const selected = documents.filter((document) => chosen.has(document.id));
  const clear = () => setChosen(new Set());
  return (
    <>
      {selected.length ? (
        <div className={table.bar} role="toolbar" aria-label="Actions for the chosen documents">
          <strong>{counted(selected.length, 'document')} selected</strong>
          <Button icon={<Download />} onClick={() => setExporting(true)}>
            Export
          </Button>
          {onRetry && (
            <Button icon={<RotateCcw />} onClick={() => onRetry(selected)}>
              Read again
            </Button>
          )}
          <Button look="quiet" icon={<X />} onClick={clear}>
            Clear selection
          </Button>
          {documents.length > selected.length && (
            <Button look="quiet" onClick={() => setChosen(new Set(documents.map((document) => document.id)))}>
              Select all {documents.length} shown
            </Button>
          )}
        </div>
      ) : (
        filters
      )}
      {isPending && <Loading rows={8} label="Loading documents" />}
      {isError && !data && <Failed error={error} onRetry={() => refetch()} />}
      {data && documents.length === 0 && empty}
      {documents.length > 0 && (
        <DocumentRows documents={documents} total={data?.pages[0]?.total ?? 0} more={hasNextPage} chosen={chosen} onChoose={setChosen} onMore={more} />
      )}
      {exporting && <ExportDialog documentIds={[...chosen]} onClose={() => setExporting(false)} />}
    </>
  );
}
