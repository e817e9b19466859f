/** One document: its pages beside what was read from them, corrected and approved by a person. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { FileDown } from 'lucide-react';
import { useState } from 'react';
import type { DocumentWithTimeline } from '@/shared/api/client';
import { bytes, capital, counted, words } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { buttonClass } from '@/shared/ui/Button';
import { Card, Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/states';
import { documentQuery, filePath, resultQuery } from './api';
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
      above={
        <span>
          <Link to="/batches/$batchId" params={{ batchId: document.batch_id }}>
            Batch
          </Link>
        </span>
      }
      about={<About document={document} />}
      actions={
        <>
          <a className={buttonClass('quiet')} href={filePath(document.id)} download>
            <FileDown aria-hidden /> File
          </a>
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
      {result.data && <Reviewing key={`${result.data.generation}-${result.data.version}`} result={result.data} actions={actions} />}
      <Timeline document={document} />
    </Page>
  );
}

function About({ document }: { document: DocumentWithTimeline }) {
  return (
    <>
      <StatusBadge status={document.status} />
      {document.needs_review && <StatusBadge status="needs_review" />}
      {document.document_type && <span>{capital(words(document.document_type))}</span>}
      <span>
        {counted(document.pages, 'page')}, {bytes(document.size)}
      </span>
      {document.custom_id && <span className="mono">{document.custom_id}</span>}
    </>
  );
}
