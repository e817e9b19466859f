/** The documents of a batch, filtered and ordered by the address. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { Batch, Document } from '@/shared/api/client';
import { DocumentList } from '@/shared/documents/DocumentList';
import { documentsOfBatchQuery } from '@/shared/documents/api';
import { Choice } from '@/shared/ui/Choice';
import { Select } from '@/shared/ui/Field';
import { SearchBox } from '@/shared/ui/SearchBox';
import { Empty } from '@/shared/ui/states';
import table from '@/shared/ui/table.module.css';
import { DOCUMENT_STATUSES, FILE_TYPES } from '@/shared/vocabulary';
import { RerunDialog } from './RerunDialog';
import type { BatchSearch } from './search';

export function BatchDocuments({ batch }: { batch: Batch }) {
  const { q, status, file_type, sort } = useSearch({ from: '/batches/$batchId' });
  const navigate = useNavigate({ from: '/batches/$batchId' });
  const query = useInfiniteQuery(documentsOfBatchQuery(batch.id, { q, status, file_type, sort }));
  const [again, setAgain] = useState<Document[] | null>(null);
  const change = useCallback(
    (part: Partial<BatchSearch>) => navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const find = useCallback((wanted: string | undefined) => change({ q: wanted }), [change]);
  return (
    <>
      <DocumentList
        query={query}
        filter={{ batch_id: batch.id, q, status, file_type }}
        from={{ batch: batch.id }}
        onRetry={setAgain}
        filters={
          <div className={table.bar}>
            <SearchBox label="Search documents" value={q} onChange={find} />
            <Choice label="Status" options={DOCUMENT_STATUSES} chosen={status} onChange={(chosen) => change({ status: chosen })} />
            <Choice label="File type" options={FILE_TYPES} chosen={file_type} onChange={(chosen) => change({ file_type: chosen })} />
            <Select label="Order" hideLabel value={sort ?? 'position'} onChange={(event) => change({ sort: event.target.value as BatchSearch['sort'] })}>
              <option value="position">As handed in</option>
              <option value="file_name">File name</option>
              <option value="-updated_at">Last changed first</option>
            </Select>
          </div>
        }
        empty={<Empty icon={SearchX} title="No documents match" />}
      />
      {again && <RerunDialog batch={batch} documents={again} onClose={() => setAgain(null)} />}
    </>
  );
}
