/** Who did what, when, and from where. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { answerOf, type AuditEntry, getApiAudit } from '@/shared/api/client';
import { Button } from '@/shared/ui/Button';
import { More } from '@/shared/ui/More';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { actionName, detailsOf } from './wording';

export function AuditPage() {
  const query = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) => answerOf(getApiAudit({ query: { limit: 50, cursor: pageParam }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const missing = [...new Set(query.data?.pages.flatMap((page) => page.missing))];
  return (
    <Page title="Audit log" about="Everything that somebody changed: batches, documents, exports, webhooks, mail, tokens, the plan. Entries are only ever added.">
      {missing.length > 0 && (
        <p role="status">
          No answer came from {missing.join(', ')}: what was done there is missing here. <Button onClick={() => query.refetch()}>Ask again</Button>
        </p>
      )}
      <Card flush>
        {query.isPending && <Loading rows={8} label="Loading the audit log" />}
        {query.isError && !query.data && <Failed error={query.error} onRetry={() => query.refetch()} />}
        {query.data && entries.length === 0 && (
          <Empty icon={ScrollText} title="Nothing was done yet">
            <p className="quiet">Retries, cancellations, deletions, reviews and tokens are written down here, with who did it and from where.</p>
          </Empty>
        )}
        {entries.length > 0 && (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th>When</th>
                  <th>Who</th>
                  <th>What</th>
                  <th className={table.roomy}>Details</th>
                  <th className={table.roomy}>From</th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <Row key={entry.id} entry={entry} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More query={query} />
      </Card>
    </Page>
  );
}

function Row({ entry }: { entry: AuditEntry }) {
  return (
    <tr>
      <td>
        <When at={entry.at} />
      </td>
      <td>
        <span className={table.name}>{entry.user}</span>
        <span className={table.sub}>{entry.role}</span>
      </td>
      <td>
        {actionName(entry.action)}{' '}
        {entry.batch_id && (
          <Link to="/batches/$batchId" params={{ batchId: entry.batch_id }}>
            batch
          </Link>
        )}
      </td>
      <td className={`${table.roomy} ${table.wrap}`}>{detailsOf(entry.details)}</td>
      <td className={`${table.roomy} mono`}>{entry.address ?? 'command line'}</td>
    </tr>
  );
}
