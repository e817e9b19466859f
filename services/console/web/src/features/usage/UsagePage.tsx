/** The plan, this month's pages, and the months before. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, getApiUsage, type ServicesIngestUsageUsage as Usage } from '@/shared/api/client';
import { dateAndTime } from '@/shared/format/dates';
import { capital, count, share } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { BarChart } from '@/shared/ui/BarChart';
import { Card, Figures, Page } from '@/shared/ui/Page';
import { Progress } from '@/shared/ui/Progress';
import { Failed, Loading } from '@/shared/ui/states';

const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });
const orNone = (value: number | null) => (value === null ? 'No limit' : count(value));

export function UsagePage() {
  const usage = useQuery({ queryKey: ['usage'], queryFn: ({ signal }) => answerOf(getApiUsage({ signal })) });
  if (usage.isError) return <Failed error={usage.error} onRetry={() => usage.refetch()} />;
  if (!usage.data) return <Loading rows={8} />;
  return <Shown usage={usage.data} />;
}

function Shown({ usage }: { usage: Usage }) {
  const used = usage.limit ? (usage.used + usage.reserved) / usage.limit : 0;
  return (
    <Page
      title="Usage and plan"
      about={
        <>
          <strong>{capital(usage.plan)}</strong>
          <StatusBadge status={usage.status} />
        </>
      }
    >
      <Figures
        items={[
          { label: 'Pages used this month', value: count(usage.used), note: usage.limit === null ? 'no limit' : `of ${count(usage.limit)}` },
          { label: 'Reserved', value: count(usage.reserved), note: 'of documents under way' },
          { label: 'Remaining', value: orNone(usage.remaining), tone: used > 0.8 ? 'warn' : undefined },
          { label: 'Counting starts anew', value: month.format(new Date(usage.resets_at)), note: dateAndTime(usage.resets_at) },
        ]}
      />
      {usage.limit !== null && (
        <Card title={`${share(used)} of this month’s pages`}>
          <Progress total={usage.limit} done={usage.used + usage.reserved} label="Pages used and reserved" />
          {used >= 0.8 && <p>At 100 % further files fail with quota_exceeded, before anything is read. A larger plan lifts that at once.</p>}
        </Card>
      )}
      <Card title="Pages by month">
        <BarChart
          label="Pages by month"
          unit="pages"
          bars={usage.periods.toReversed().map((period) => ({ name: month.format(new Date(period.period_start)), value: period.used }))}
        />
      </Card>
      <Card title="What the plan allows">
        <Figures
          items={[
            { label: 'Batches', value: usage.batches_allowed ? 'Yes' : 'No' },
            { label: 'Files a batch', value: orNone(usage.files_per_batch) },
            { label: 'Batches a minute', value: orNone(usage.batches_per_minute) },
            { label: 'Pages a month', value: orNone(usage.limit) },
          ]}
        />
        <p className="quiet">
          Pages are reserved when a file is accepted, charged once when it is read, and given back when that fails, is cancelled or deleted. Whoever runs
          this IngestIO changes plans with <code>ingestio tenants set-plan</code>.
        </p>
      </Card>
    </Page>
  );
}
