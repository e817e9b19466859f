/** What the documents were asked, and how many of them. */
import { useQuery } from '@tanstack/react-query';
import { MessageSquareText } from 'lucide-react';
import { answerOf, getApiBatchesByBatchIdPrompts } from '@/shared/api/client';
import { capital, counted, words } from '@/shared/format/numbers';
import { Badge } from '@/shared/ui/Badge';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import css from './BatchPrompts.module.css';

const FROM = {
  auto: 'From each document’s type',
  global: 'One prompt for all files',
  per_document: 'The file’s own prompt',
};

export function BatchPrompts({ batchId }: { batchId: string }) {
  const query = useQuery({
    queryKey: ['prompts', batchId],
    queryFn: ({ signal }) => answerOf(getApiBatchesByBatchIdPrompts({ path: { batch_id: batchId }, signal })),
  });
  if (query.isPending) return <Loading rows={3} label="Loading prompts" />;
  if (query.isError) return <Failed error={query.error} onRetry={() => query.refetch()} />;
  if (!query.data.items.length) return <Empty icon={MessageSquareText} title="No document was asked anything" />;
  return (
    <ul className={css.prompts}>
      {query.data.items.map((asked) => (
        <li key={asked.document_ids[0]}>
          <p className={css.head}>
            <Badge>{capital(words(asked.strategy))}</Badge>
            <strong>{FROM[asked.strategy]}</strong>
            <span className="quiet">{counted(asked.document_ids.length, 'document')}</span>
          </p>
          {asked.prompt ? <p className={css.text}>{asked.prompt}</p> : <p className="quiet">The prompt and schema of the document type, once it is known.</p>}
          {asked.json_schema && (
            <details>
              <summary>Schema</summary>
              <pre className={css.schema}>{JSON.stringify(asked.json_schema, null, 2)}</pre>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
