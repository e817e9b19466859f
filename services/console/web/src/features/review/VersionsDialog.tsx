/** Who made which version, when, and what it changed. */
import { useQuery } from '@tanstack/react-query';
import { dateAndTime } from '@/shared/format/dates';
import { Badge } from '@/shared/ui/Badge';
import { Dialog } from '@/shared/ui/Dialog';
import { Failed, Loading } from '@/shared/ui/states';
import { versionsQuery } from './api';
import css from './Review.module.css';

export function VersionsDialog({ documentId, onClose }: { documentId: string; onClose: () => void }) {
  const versions = useQuery(versionsQuery(documentId));
  return (
    <Dialog wide title="Versions" onClose={onClose}>
      {versions.isPending && <Loading rows={3} />}
      {versions.isError && <Failed error={versions.error} />}
      <ol className={css.timeline}>
        {versions.data?.items.map((version) => (
          <li key={`${version.generation}-${version.version}`}>
            <strong>
              Version {version.version}
              {version.generation > 1 && `, run ${version.generation}`}
            </strong>
            <span className="quiet">
              {version.reviewed_by ? `by ${version.reviewed_by}` : 'as it was read'} · {dateAndTime(version.created_at)}{' '}
              {version.approved && <Badge tone="good">Approved</Badge>}
            </span>
            {version.changes?.map((change) => (
              <span key={JSON.stringify(change)}>
                <code>{String(change.path)}</code> {String(change.action)}: {shown(change.before)} → {shown(change.after)}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

const shown = (value: unknown): string => (value === null || value === undefined ? 'empty' : typeof value === 'object' ? JSON.stringify(value) : String(value));
