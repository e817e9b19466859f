/** What was read, as a table: a column for each value that stands in some document, lists counted. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Table2 } from 'lucide-react';
import { answerOf, getApiResults } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { capital, words } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Select } from '@/shared/ui/Field';
import { More } from '@/shared/ui/More';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import table from '@/shared/ui/table.module.css';
import { columnsOf, decimalsOf, shownValue } from '@/shared/format/values';
import css from './BatchResults.module.css';

export function BatchResults({ batchId }: { batchId: string }) {
  const query = useInfiniteQuery({
    queryKey: keys.results(batchId),
    queryFn: ({ pageParam, signal }) => answerOf(getApiResults({ query: { batch_id: batchId, cursor: pageParam, limit: 100 }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const [type, setType] = useState('');
  if (query.isPending) return <Loading label="Loading results" />;
  if (query.isError) return <Failed error={query.error} onRetry={() => query.refetch()} />;
  const all = query.data.pages.flatMap((page) => page.items);
  const types = [...new Set(all.map((item) => item.document_type))].toSorted();
  const results = all.filter((item) => !type || item.document_type === type);
  if (!results.length) {
    return (
      <Empty icon={Table2} title="Nothing was read yet">
        <p className="quiet">Each document appears here as soon as it is completed.</p>
      </Empty>
    );
  }
  const columns = columnsOf(results.map((item) => item.result.data));
  const decimals = new Map(columns.map((column) => [column, decimalsOf(results.map((item) => item.result.data[column]))]));
  return (
    <>
      {types.length > 1 && (
        <div className={table.bar}>
          <Select label="Document type" hideLabel value={type} onChange={(event) => setType(event.target.value)}>
            <option value="">All types, what most have in common first</option>
            {types.map((one) => (
              <option key={one} value={one}>
                {capital(words(one))}
              </option>
            ))}
          </Select>
        </div>
      )}
      <section className={`${table.scroll} ${css.results}`} aria-label="Results">
        <table className={table.table}>
          <thead>
            <tr>
              <th>File</th>
              <th>Type</th>
              {columns.map((column) => (
                <th key={column}>{capital(words(column))}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {results.map((item) => (
              <tr key={item.document_id}>
                <th scope="row" className={css.file}>
                  <Link to="/documents/$documentId" params={{ documentId: item.document_id }} search={{ batch: batchId }} className={table.name}>
                    {item.file_name}
                  </Link>
                  {item.needs_review && <StatusBadge status="needs_review" />}
                </th>
                <td>{capital(words(item.document_type))}</td>
                {columns.map((column) => (
                  <td key={column} className={css.value} data-number={typeof item.result.data[column] === 'number'}>
                    {shownValue(item.result.data[column], decimals.get(column))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <More query={query} />
    </>
  );
}
