/** Documents in a list that may be very long: only the rows in sight exist, the next ones are read before they are reached. */
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { FileText, Image } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Document } from '@/shared/api/client';
import { bytes, capital, counted, words } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { When } from '@/shared/ui/When';
import css from './DocumentRows.module.css';

/** The list a document is opened from: of a batch, of what is to be reviewed, or both. */
export type DocumentOrigin = { batch?: string; review?: true };

type Props = {
  from?: DocumentOrigin;
  documents: Document[];
  total: number;
  more: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onMore: () => void;
};

const ROW = 53;

export function DocumentRows({ from, documents, total, more, chosen, onChoose, onMore }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const rows = useWindowVirtualizer({
    count: documents.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => documents[index]?.id ?? index,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last > documents.length - 60) onMore();
  }, [more, last, documents.length, onMore]);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <div role="table" aria-label="Documents" aria-rowcount={more ? -1 : total} className={css.table}>
      <div role="row" className={`${css.row} ${css.head}`}>
        <span role="columnheader" className={css.tick}>
          <span className="sr">Select</span>
        </span>
        <span role="columnheader">File</span>
        <span role="columnheader">Status</span>
        <span role="columnheader" className={css.roomy}>
          Type
        </span>
        <span role="columnheader" className={css.roomy}>
          Pages
        </span>
        <span role="columnheader" className={css.roomy}>
          Changed
        </span>
      </div>
      <div ref={list} role="rowgroup" className={css.rows} style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const document = documents[item.index];
          return (
            document && (
              <div
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                className={css.place}
                style={{ transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}
              >
                <Row from={from} document={document} index={item.index} chosen={chosen.has(document.id)} onChoose={() => toggle(document.id)} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function Row({ from = {}, document, index, chosen, onChoose }: { from?: DocumentOrigin; document: Document; index: number; chosen: boolean; onChoose: () => void }) {
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={chosen} className={css.row}>
      <span role="cell" className={css.tick}>
        <label>
          <span className="sr">Select {document.file_name}</span>
          <input type="checkbox" checked={chosen} onChange={onChoose} />
        </label>
      </span>
      <span role="cell" className={css.file}>
        <FileIcon mediaType={document.media_type} />
        <span className={css.names}>
          <Link to="/documents/$documentId" params={{ documentId: document.id }} search={from}>
            {document.file_name || 'Unnamed file'}
          </Link>
          <small>{document.error ? <Trouble error={document.error} /> : [document.custom_id, bytes(document.size)].filter(Boolean).join(' · ')}</small>
        </span>
      </span>
      <span role="cell" className={css.status}>
        <StatusBadge status={document.status} />
        {document.needs_review && <StatusBadge status="needs_review" />}
      </span>
      <span role="cell" className={css.roomy}>
        {document.document_type ? capital(words(document.document_type)) : '–'}
      </span>
      <span role="cell" className={`${css.roomy} num`}>
        {document.pages ? counted(document.pages, 'page') : '–'}
      </span>
      <span role="cell" className={css.roomy}>
        <When at={document.updated_at} />
      </span>
    </div>
  );
}

function Trouble({ error }: { error: NonNullable<Document['error']> }) {
  return (
    <span title={error.advice}>
      <b>{error.message}</b> {error.advice}
    </span>
  );
}

export function FileIcon({ mediaType }: { mediaType: string | null }) {
  return mediaType?.startsWith('image/') ? <Image className={css.icon} aria-label="Image" /> : <FileText className={css.icon} aria-label="PDF" />;
}
