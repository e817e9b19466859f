/** One document: its pages beside what was read from them, corrected and approved by a person. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Ban, Ellipsis, FileDown, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { DocumentWithTimeline } from '@/shared/api/client';
import { FITS, useDocumentSteering } from '@/shared/documents/steering';
import { bytes, capital, counted, words } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { Menu } from '@/shared/ui/Menu';
import { Card, Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/states';
import { batchNameQuery, documentQuery, filePath, resultQuery } from './api';
import { Asked } from './Asked';
import { NeighbourLinks } from './NeighbourLinks';
import css from './Review.module.css';
import { Reviewing } from './Reviewing';
import { Timeline } from './Timeline';

export function ReviewPage() {
  const { documentId } = useParams({ from: '/documents/$documentId' });
  const document = useQuery(documentQuery(documentId));
  if (document.isError) return <Failed error={document.error} onRetry={() => document.refetch()} />;
  if (!document.data) return <Loading rows={10} />;
  return <OneDocument key={documentId} document={document.data} />;
}

function OneDocument({ document }: { document: DocumentWithTimeline }) {
  const result = useQuery({ ...resultQuery(document.id), enabled: document.status === 'completed' });
  const [actions, setActions] = useState<HTMLElement | null>(null);
  return (
    <Page
      wide
      title={document.file_name || 'Unnamed file'}
      above={<Above document={document} />}
      about={<About document={document} />}
      actions={
        <>
          <NeighbourLinks documentId={document.id} />
          <DocumentMenu document={document} />
          <span ref={setActions} style={{ display: 'contents' }} />
        </>
      }
    >
      {document.error && (
        <Card title={capital(words(document.error.category))}>
          <p>{document.error.message}</p>
          <p className="quiet">{document.error.advice}</p>
        </Card>
      )}
      {result.isLoading && <Loading rows={10} />}
      {result.isError && <Failed error={result.error} onRetry={() => result.refetch()} />}
      {result.data && result.data.generation < document.generation && document.status === 'completed' && (
        <p className={css.news} role="status">
          The document was read again.
          <Button onClick={() => result.refetch()}>Show the new result</Button>
        </p>
      )}
      {result.data && <Reviewing key={`${result.data.generation}-${result.data.version}`} result={result.data} actions={actions} />}
      <div className={css.below}>
        <Timeline document={document} />
        <Asked document={document} />
      </div>
    </Page>
  );
}

function Above({ document }: { document: DocumentWithTimeline }) {
  const { review } = useSearch({ from: '/documents/$documentId' });
  const batch = useQuery(batchNameQuery(document.batch_id));
  return (
    <nav className={css.above} aria-label="Where this belongs">
      {review && (
        <>
          <Link to="/documents" search={{ needs_review: true }}>
            Review
          </Link>
          <span aria-hidden>·</span>
        </>
      )}
      <Link to="/batches/$batchId" params={{ batchId: document.batch_id }}>
        {batch.data?.name ?? 'Batch'}
      </Link>
    </nav>
  );
}

/** What can be done to the document as a whole. */
function DocumentMenu({ document }: { document: DocumentWithTimeline }) {
  const steer = useDocumentSteering();
  const navigate = useNavigate();
  const remove = async () => (await steer('delete', { items: [document] })) && navigate({ to: '/batches/$batchId', params: { batchId: document.batch_id } });
  return (
    <Menu
      label="More actions"
      icon={<Ellipsis />}
      items={[
        { label: 'Save the file', icon: <FileDown />, onSelect: () => window.location.assign(filePath(document.id)) },
        { label: 'Retry', icon: <RotateCcw />, disabled: !FITS.retry(document), onSelect: () => void steer('retry', { items: [document] }) },
        { label: 'Cancel', icon: <Ban />, disabled: !FITS.cancel(document), onSelect: () => void steer('cancel', { items: [document] }) },
        { label: 'Delete', icon: <Trash2 />, danger: true, disabled: !FITS.delete(document), onSelect: remove },
      ]}
    />
  );
}

function About({ document }: { document: DocumentWithTimeline }) {
  return (
    <>
      <StatusBadge status={document.status} />
      {document.needs_review && <StatusBadge status="needs_review" />}
      {document.document_type && <span>{capital(words(document.document_type))}</span>}
      <span>
        {document.pages > 0 && `${counted(document.pages, 'page')}, `}
        {bytes(document.size)}
      </span>
      {document.custom_id && <span className="mono">{document.custom_id}</span>}
    </>
  );
}
