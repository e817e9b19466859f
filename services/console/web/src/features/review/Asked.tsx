/** What the document was asked, and where that came from. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, type DocumentWithTimeline, getApiBatchesByBatchIdPrompts } from '@/shared/api/client';
import { capital, words } from '@/shared/format/numbers';
import { Card } from '@/shared/ui/Page';
import css from './Review.module.css';

const FROM = { auto: 'by its document type', global: 'by the prompt for all files', per_document: 'by a prompt of its own' };

export function Asked({ document }: { document: DocumentWithTimeline }) {
  const { data } = useQuery({
    queryKey: ['prompts', document.batch_id],
    queryFn: ({ signal }) => answerOf(getApiBatchesByBatchIdPrompts({ path: { batch_id: document.batch_id }, signal })),
  });
  const asked = data?.items.find((item) => item.document_ids.includes(document.id));
  if (!asked) return null;
  return (
    <Card title={`Asked ${FROM[asked.strategy]}`}>
      <p className={css.asked}>
        {asked.prompt ??
          (document.document_type ? `The prompt and the schema of the type ${capital(words(document.document_type))}.` : 'The prompt and the schema of its type.')}
      </p>
    </Card>
  );
}
