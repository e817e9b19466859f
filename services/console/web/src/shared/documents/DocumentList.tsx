/** A list of documents with what stands above it, around whichever query gives its pages. */
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Document, DocumentPage, DocumentSelection } from '@/shared/api/client';
import { useLeaving } from '@/shared/leaving';
import { Failed, Loading } from '@/shared/ui/states';
import { DocumentBar } from './DocumentBar';
import { type DocumentOrigin, DocumentRows } from './DocumentRows';

type Props = {
  query: UseInfiniteQueryResult<InfiniteData<DocumentPage>>;
  /** What the list is filtered by, for acts on all that match. */
  filter: DocumentSelection;
  filters: ReactNode;
  empty: ReactNode;
  /** What the documents are opened from, so that the next one is of the same list. */
  from?: DocumentOrigin;
  onRetry?: (documents: Document[]) => void;
};

export function DocumentList({ query, filter, filters, empty, from, onRetry }: Props) {
  const { data, isPending, isError, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const leaving = useLeaving();
  const documents = useMemo(() => data?.pages.flatMap((page) => page.items).filter((document) => !leaving.has(document.id)) ?? [], [data, leaving]);
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  const selected = documents.filter((document) => chosen.has(document.id));
  return (
    <>
      {selected.length ? (
        <DocumentBar
          chosen={selected}
          shown={documents.length}
          filter={filter}
          onReadAgain={onRetry}
          onAll={() => setChosen(new Set(documents.map((document) => document.id)))}
          onDone={() => setChosen(new Set())}
        />
      ) : (
        filters
      )}
      {isPending && <Loading rows={8} label="Loading documents" />}
      {isError && !data && <Failed error={error} onRetry={() => refetch()} />}
      {data && documents.length === 0 && empty}
      {documents.length > 0 && (
        <DocumentRows from={from} documents={documents} total={data?.pages[0]?.total ?? 0} more={hasNextPage} chosen={chosen} onChoose={setChosen} onMore={more} />
      )}
    </>
  );
}
