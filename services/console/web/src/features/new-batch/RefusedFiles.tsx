/** Files that cannot be taken or will fail, grouped by the reason, and all of them as a list to save. */
import { Download, X } from 'lucide-react';
import { saveCsv } from '@/shared/format/csv';
import { Button } from '@/shared/ui/Button';
import { Card } from '@/shared/ui/Page';
import type { Refused } from './intake';
import css from './NewBatch.module.css';

type Props = { title: string; refused: readonly Refused[]; onClear?: () => void };

const NAMED = 8;

export function RefusedFiles({ title, refused, onClear }: Props) {
  if (!refused.length) return null;
  const byReason = Map.groupBy(refused, (one) => one.reason);
  const save = () => saveCsv(`${title}.csv`, [['file', 'reason'], ...refused.map(({ path, reason }) => [path, reason])]);
  return (
    <Card
      title={title}
      actions={
        <>
          <Button look="quiet" icon={<Download />} onClick={save}>
            List as CSV
          </Button>
          {onClear && <Button look="quiet" icon={<X />} aria-label="Forget the refused files" onClick={onClear} />}
        </>
      }
    >
      <ul className={css.refused} role="alert">
        {[...byReason].map(([reason, files]) => (
          <li key={reason}>
            <strong>{reason}</strong>
            <span>
              {files
                .slice(0, NAMED)
                .map((file) => file.path)
                .join(', ')}
              {files.length > NAMED && ` and ${files.length - NAMED} more`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
