/** Files that cannot be taken, grouped by the reason. */
import { Download, X } from 'lucide-react';
import { saveCsv } from '@/shared/format/csv';
import { counted } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Card } from '@/shared/ui/Page';
import type { Refused } from './intake';
import css from './NewBatch.module.css';

export function RefusedFiles({ refused, onClear }: { refused: Refused[]; onClear: () => void }) {
  if (!refused.length) return null;
  const byReason = Map.groupBy(refused, (one) => one.reason);
  return (
    <Card
      title={`${counted(refused.length, 'file')} not taken`}
      actions={
        <>
          <Button look="quiet" icon={<Download />} onClick={() => saveCsv('files-not-taken.csv', [['file', 'reason'], ...refused.map(({ path, reason }) => [path, reason])])}>
            List as CSV
          </Button>
          <Button look="quiet" icon={<X />} aria-label="Forget the refused files" onClick={onClear} />
        </>
      }
    >
      <ul className={css.refused} role="alert">
        {[...byReason].map(([reason, files]) => (
          <li key={reason}>
            <strong>{reason}</strong>
            <span>
              {files
                .slice(0, 8)
                .map((file) => file.path)
                .join(', ')}
              {files.length > 8 && ` and ${files.length - 8} more`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
