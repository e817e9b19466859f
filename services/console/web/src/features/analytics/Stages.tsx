/** What each stage did in the range: how much came in and was done, what was tried again, and how long it waited and ran. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, getApiAnalyticsQueue } from '@/shared/api/client';
import { duration } from '@/shared/format/dates';
import { capital, count, words } from '@/shared/format/numbers';
import { Card } from '@/shared/ui/Page';
import table from '@/shared/ui/table.module.css';

type Range = { from?: string; to?: string };
const seconds = (value: number | null | undefined) => (value == null ? '–' : duration(value));

export function Stages({ range }: { range: Range }) {
  const { data } = useQuery({
    queryKey: ['analytics', 'queue', range],
    queryFn: ({ signal }) => answerOf(getApiAnalyticsQueue({ query: range, signal })),
    placeholderData: (before) => before,
  });
  if (!data?.stages.length) return null;
  return (
    <Card flush title="Stage by stage">
      <div className={table.scroll} role="region" aria-label="Stage by stage" tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              <th>Stage</th>
              <th className={table.right}>Came in</th>
              <th className={table.right}>Done</th>
              <th className={table.right}>Failed</th>
              <th className={table.right}>Tried again</th>
              <th className={table.right}>Waited</th>
              <th className={table.right}>Ran</th>
            </tr>
          </thead>
          <tbody>
            {data.stages.map(({ stage, totals }) => (
              <tr key={stage}>
                <th scope="row">{capital(words(stage))}</th>
                <td className={`${table.right} num`}>{count(totals.enqueued ?? 0)}</td>
                <td className={`${table.right} num`}>{count(totals.completed ?? 0)}</td>
                <td className={`${table.right} num`}>{count(totals.failed ?? 0)}</td>
                <td className={`${table.right} num`}>{count(totals.retried ?? 0)}</td>
                <td className={`${table.right} num`}>{seconds(totals.wait?.p50)}</td>
                <td className={`${table.right} num`}>{seconds(totals.run?.p50)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
