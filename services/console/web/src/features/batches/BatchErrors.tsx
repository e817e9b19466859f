/** Why documents failed, the most frequent first, each with what helps. */
import { CircleAlert } from 'lucide-react';
import type { Batch } from '@/shared/api/client';
import { capital, count, words } from '@/shared/format/numbers';
import { Card } from '@/shared/ui/Page';
import { When } from '@/shared/ui/When';
import css from './BatchCounts.module.css';

export function BatchErrors({ batch }: { batch: Batch }) {
  if (!batch.failed || !batch.top_error_types.length) return null;
  return (
    <Card
      title="What went wrong"
      actions={
        <span className="quiet">
          last <When at={batch.latest_error_at} />
        </span>
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
