/** A short list as a table, with its three other looks: loading, failed, and nothing there. On a phone a row is a card. */
import { Fragment, type ReactNode } from 'react';
import { Failed, Loading } from './states';
import table from './table.module.css';

/** `roomy` columns stand where there is room only. */
export type Column = { name: string; roomy?: boolean; right?: boolean };
type Props<T> = {
  query: { isPending: boolean; error: Error | null; refetch: () => unknown };
  items: readonly T[] | undefined;
  columns: readonly Column[];
  empty: ReactNode;
  /** The row of one item: a cell a column, and one for what can be done. */
  renderRow: (item: T) => ReactNode;
};

export function Listing<T extends { id: string }>({ query, items, columns, empty, renderRow }: Props<T>) {
  if (!items) return query.error ? <Failed error={query.error} onRetry={query.refetch} /> : <Loading />;
  if (!items.length) return empty;
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`}>
        <thead>
          <tr>
            {columns.map(({ name, roomy, right }) => (
              <th key={name} className={`${roomy ? table.roomy : ''} ${right ? table.right : ''}`}>
                {name}
              </th>
            ))}
            <th className={table.tight}>
              <span className="sr">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Fragment key={item.id}>{renderRow(item)}</Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
