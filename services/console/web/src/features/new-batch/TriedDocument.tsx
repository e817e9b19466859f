/** What a prompt brought out of one file: its values, and lists of rows as small tables. */
import type { PreviewDocument } from '@/shared/api/client';
import { capital, counted, dollars, words } from '@/shared/format/numbers';
import { columnsOf, shownValue } from '@/shared/format/values';
import { StatusBadge } from '@/shared/ui/Badge';
import { Loading } from '@/shared/ui/states';
import table from '@/shared/ui/table.module.css';
import css from './NewBatch.module.css';

type Row = Record<string, unknown>;
const isRows = (value: unknown): value is Row[] => Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'object' && item !== null);
const ROWS_SHOWN = 5;

export function TriedDocument({ document }: { document: PreviewDocument }) {
  const data = Object.entries(document.result?.data ?? {});
  const single = data.filter(([, value]) => !isRows(value));
  return (
    <section className={css.tried} aria-label={`What came of ${document.file_name}`}>
      <h3>
        {document.file_name}
        <StatusBadge status={document.status} />
        {document.needs_review && <StatusBadge status="needs_review" />}
      </h3>
      {document.status === 'processing' && <Loading rows={2} label={`Reading ${document.file_name}`} />}
      {document.error && (
        <p role="alert">
          {document.error.message} {document.error.advice}
        </p>
      )}
      {single.length > 0 && (
        <dl className={css.values}>
          {single.map(([name, value]) => (
            <div key={name}>
              <dt>{capital(words(name))}</dt>
              <dd>{shownValue(value) || '–'}</dd>
            </div>
          ))}
        </dl>
      )}
      {data.map(([name, value]) => isRows(value) && <Rows key={name} name={name} rows={value} />)}
      {document.status === 'completed' && (
        <p className="quiet">
          {document.document_type && `${capital(words(document.document_type))}, `}
          {counted(document.pages, 'page')}
          {document.usage?.input_tokens ? ` · ${counted(document.usage.input_tokens + (document.usage.output_tokens ?? 0), 'token')}, ${dollars(document.usage.cost)}` : ''}
        </p>
      )}
    </section>
  );
}

function Rows({ name, rows }: { name: string; rows: Row[] }) {
  const columns = columnsOf(rows);
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <caption>
          {capital(words(name))}: {counted(rows.length, 'row')}
          {rows.length > ROWS_SHOWN && `, the first ${ROWS_SHOWN}`}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column}>{capital(words(column))}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS_SHOWN).map((row, index) => (
            <tr key={index}>
              {columns.map((column) => (
                <td key={column}>{shownValue(row[column])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
