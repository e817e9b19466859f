/** Why documents failed, the most frequent first, and the list of them with what helps, to take along. */
import { useMutation } from '@tanstack/react-query';
import { CircleAlert, Download } from 'lucide-react';
import type { Batch } from '@/shared/api/client';
import { saveCsv } from '@/shared/format/csv';
import { capital, count, words } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Card } from '@/shared/ui/Page';
import { useToasts } from '@/shared/ui/toasts';
import { When } from '@/shared/ui/When';
import { failedDocuments } from './api';
import css from './BatchCounts.module.css';

export function BatchErrors({ batch }: { batch: Batch }) {
  const tell = useToasts();
  const saving = useMutation({
    mutationFn: () => failedDocuments(batch.id),
    onSuccess: (documents) => {
      const rows = documents.map(({ file_name, custom_id, error }) => [file_name, custom_id, error?.category, error?.message, error?.advice]);
      saveCsv(`${batch.name}, failed files.csv`, [['file', 'custom_id', 'category', 'message', 'advice'], ...rows]);
    },
    onError: tell.failed,
  });
  if (!batch.failed || !batch.top_error_types.length) return null;
  return (
    <Card
      title="What went wrong"
      actions={
        <>
          <span className="quiet">
            last <When at={batch.latest_error_at} />
          </span>
          <Button look="quiet" icon={<Download />} busy={saving.isPending} onClick={() => saving.mutate()}>
            Failed files as CSV
          </Button>
        </>
      }
    >
      <ul className={css.errors}>
        {batch.top_error_types.map((error, index) => (
          <li key={error.category} className={css.error}>
            <CircleAlert aria-hidden />
            <p>
              <strong>
                {count(error.count)} × {capital(words(error.category))}
              </strong>{' '}
              <span>{batch.error_messages[index]}</span>
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
