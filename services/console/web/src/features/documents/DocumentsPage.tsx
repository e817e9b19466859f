/** All documents of all batches; with `needs_review` it is the queue of what a person should look at. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ClipboardCheck, SearchX } from 'lucide-react';
import { useCallback } from 'react';
import { DocumentList } from '@/shared/documents/DocumentList';
import { documentsQuery } from '@/shared/documents/api';
import { listed } from '@/shared/format/numbers';
import { Choice } from '@/shared/ui/Choice';
import { Select } from '@/shared/ui/Field';
import { Card, Page } from '@/shared/ui/Page';
import { SearchBox } from '@/shared/ui/SearchBox';
import { Empty } from '@/shared/ui/states';
import table from '@/shared/ui/table.module.css';
import { DOCUMENT_STATUSES, FILE_TYPES } from '@/shared/vocabulary';
import type { readDocumentsSearch } from './search';

type Search = ReturnType<typeof readDocumentsSearch>;

export function DocumentsPage() {
  const search = useSearch({ from: '/documents' });
  const navigate = useNavigate({ from: '/documents' });
  const query = useInfiniteQuery(documentsQuery(search));
  const change = useCallback((part: Partial<Search>) => navigate({ search: (before) => ({ ...before, ...part }), replace: true }), [navigate]);
  const find = useCallback((q: string | undefined) => change({ q }), [change]);
  const page = query.data?.pages[0];
  const review = search.needs_review === true;
  return (
    <Page
      title={review ? 'Review' : 'Documents'}
      about={
        <>
          {page && <span className="num">{listed(page, 'document')}</span>}
          <span>{review ? 'A person should look at them: values without support, missing rows, rules that do not hold' : 'Of all batches'}</span>
        </>
      }
    >
      <Card flush>
        <DocumentList
          query={query}
          filter={{ q: search.q, needs_review: search.needs_review, status: search.status, file_type: search.file_type }}
          from={review ? { review: true } : undefined}
          filters={
            <div className={table.bar}>
              <SearchBox label="Search file names and errors" value={search.q} onChange={find} />
              {!review && <Choice label="Status" options={DOCUMENT_STATUSES} chosen={search.status} onChange={(status) => change({ status })} />}
              <Choice label="File type" options={FILE_TYPES} chosen={search.file_type} onChange={(file_type) => change({ file_type })} />
              <Select
                label="Order"
                hideLabel
                value={search.sort ?? '-updated_at'}
                onChange={(event) => change({ sort: event.target.value as Search['sort'] })}
              >
                <option value="-updated_at">Last changed first</option>
                <option value="updated_at">Longest unchanged first</option>
                <option value="file_name">File name</option>
              </Select>
            </div>
          }
          empty={
            review ? (
              <Empty icon={ClipboardCheck} title="Nothing to review">
                <p className="quiet">Every document that was read is either sure or has been looked at.</p>
              </Empty>
            ) : (
              <Empty icon={SearchX} title="No documents match" />
            )
          }
        />
      </Card>
    </Page>
  );
}
