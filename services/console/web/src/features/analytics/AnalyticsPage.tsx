/** How many documents, how well, how fast, what they cost; over a range, and as CSV. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChartColumn, Download } from 'lucide-react';
import { type Analytics, answerOf, getApiAnalytics } from '@/shared/api/client';
import { duration } from '@/shared/format/dates';
import { count, counted, dollars, share } from '@/shared/format/numbers';
import { endOf, startOf } from '@/shared/search';
import { BarChart } from '@/shared/ui/BarChart';
import { Button, buttonClass } from '@/shared/ui/Button';
import { DateRange } from '@/shared/ui/DateRange';
import { Card, Figures, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import css from './Analytics.module.css';
import { RANGES, type readAnalyticsSearch } from './search';
import { Slices } from './Slices';
import { Stages } from './Stages';

type Search = ReturnType<typeof readAnalyticsSearch>;

const NAMES = { '1d': 'Day', '7d': 'Week', '30d': '30 days', '90d': '90 days' };

function rangeOf({ range = '7d', from, to }: Search) {
  if (from || to) return { from: startOf(from), to: endOf(to) };
  // By the minute, so that the same range is the same question for a while.
  const now = Math.ceil(Date.now() / 60_000) * 60_000;
  return { from: new Date(now - Number.parseInt(range, 10) * 86_400_000).toISOString() };
}

export function AnalyticsPage() {
  const search = useSearch({ from: '/analytics' });
  const navigate = useNavigate({ from: '/analytics' });
  const range = rangeOf(search);
  const query = useQuery({
    queryKey: ['analytics', range],
    queryFn: ({ signal }) => answerOf(getApiAnalytics({ query: range, signal })),
    placeholderData: (before) => before,
  });
  const csv = new URLSearchParams(Object.entries(range).filter((pair): pair is [string, string] => pair[1] !== undefined));
  return (
    <Page
      title="Analytics"
      about="Documents that came to their end. One that was read twice counts twice."
      actions={
        <>
          <div className={css.ranges} role="group" aria-label="Range">
            {RANGES.map((name) => (
              <Button key={name} look="quiet" aria-pressed={!search.from && !search.to && (search.range ?? '7d') === name} onClick={() => navigate({ search: { range: name } })}>
                {NAMES[name]}
              </Button>
            ))}
          </div>
          <DateRange from={search.from} to={search.to} onChange={(part) => navigate({ search: (before) => ({ ...before, ...part }) })} />
          <a className={buttonClass('plain')} href={`/api/analytics/csv?${csv}`} download>
            <Download aria-hidden /> CSV
          </a>
        </>
      }
    >
      {query.isPending && <Loading rows={8} />}
      {query.isError && !query.data && <Failed error={query.error} onRetry={() => query.refetch()} />}
      {query.data && (query.data.totals.documents ? <Shown analytics={query.data} range={range} /> : <Nothing />)}
    </Page>
  );
}

const Nothing = () => (
  <Card>
    <Empty icon={ChartColumn} title="No document ended in this range" />
  </Card>
);

const seconds = (value: number | null | undefined) => (value == null ? '–' : duration(value));

function Shown({ analytics, range }: { analytics: Analytics; range: ReturnType<typeof rangeOf> }) {
  const { totals, over_time, interval } = analytics;
  const name = new Intl.DateTimeFormat(undefined, interval === 'hour' ? { hour: 'numeric' } : { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return (
    <>
      <Figures
        items={[
          { label: 'Documents', value: count(totals.documents ?? 0), note: counted(totals.pages ?? 0, 'page') },
          { label: 'Success', value: totals.success_rate_percentage == null ? '–' : share(totals.success_rate_percentage / 100), note: `${count(totals.failed ?? 0)} failed` },
          { label: 'To review', value: count(totals.needs_review ?? 0) },
          { label: 'From upload to result', value: seconds(totals.end_to_end?.p50), note: `95 % within ${seconds(totals.end_to_end?.p95)}` },
          { label: 'Reading alone', value: seconds(totals.processing?.p50), note: `waited ${seconds(totals.queue_wait?.p50)}` },
          { label: 'Cost', value: dollars(totals.cost), note: totals.unpriced ? `${count(totals.unpriced)} without a price` : 'of model calls' },
        ]}
      />
      <Card title={interval === 'hour' ? 'Documents by the hour' : 'Documents by the day'}>
        <BarChart
          label="Documents over time"
          unit="completed"
          bars={over_time.map((period) => ({ name: name.format(new Date(period.at)), value: period.completed ?? 0, bad: period.failed ?? 0 }))}
        />
      </Card>
      <div className={css.pair}>
        <Card title="By document type">
          <Slices slices={analytics.document_types} />
        </Card>
        <Card title="Why documents failed">
          <Slices slices={analytics.errors.map((error) => ({ name: error.category, documents: error.documents }))} />
        </Card>
        <Card title="By file type">
          <Slices slices={analytics.file_types} named={(type) => type.toUpperCase()} />
        </Card>
        <Card title="Time until the result">
          <BarChart
            label="Median time from upload to result"
            unit=""
            format={(value) => duration(value)}
            bars={over_time.map((period) => ({ name: name.format(new Date(period.at)), value: period.end_to_end?.p50 ?? 0 }))}
          />
        </Card>
      </div>
      <Stages range={range} />
    </>
  );
}

