/** Step three: all of it once more, with pages, time and cost against the quota. */
import { useQuery } from '@tanstack/react-query';
import type { DryRun, ServicesIngestUsageUsage as Usage } from '@/shared/api/client';
import { answerOf, getApiAnalytics } from '@/shared/api/client';
import { duration } from '@/shared/format/dates';
import { bytes, capital, count, counted, dollars, words } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Card, Figures } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/states';
import { dryRunQuery, estimateQuery } from './api';
import type { Draft } from './draft';
import { expectedSeconds } from './estimate';
import css from './NewBatch.module.css';
import { RefusedFiles } from './RefusedFiles';
import type { Step } from './StepBar';
import type { Item } from './uploadQueue';

type Props = { batchId: string; items: readonly Item[]; draft: Draft; usage: Usage; onStep: (step: Step) => void };

export function ReviewStep({ batchId, items, draft, onStep }: Props) {
  const complete = items.filter((item) => item.state === 'complete').length;
  const all = complete === items.length;
  const look = useQuery({ ...dryRunQuery(batchId, complete), enabled: all });
  return (
    <>
      {!all && (
        <Card>
          <p role="status">
            {complete} of {counted(items.length, 'file')} are there. Pages and cost are counted when all are.
          </p>
        </Card>
      )}
      {look.isLoading && <Loading rows={2} label="Counting pages" />}
      {look.isError && <Failed error={look.error} onRetry={() => look.refetch()} />}
      {look.data && <Estimate look={look.data} priority={draft.priority} />}
      <Card title="Files" actions={<Button onClick={() => onStep('files')}>Change</Button>}>
        <p>
          {counted(items.length, 'file')}, {bytes(items.reduce((sum, item) => sum + item.size, 0))}
        </p>
      </Card>
      <Card title="Prompts" actions={<Button onClick={() => onStep('prompts')}>Change</Button>}>
        <Asked draft={draft} items={items} />
      </Card>
    </>
  );
}

function Estimate({ look, priority }: { look: DryRun; priority: Draft['priority'] }) {
  const past = useQuery({ queryKey: ['analytics', 'week'], queryFn: ({ signal }) => answerOf(getApiAnalytics({ signal })), staleTime: 60_000 });
  const totals = past.data?.totals;
  const perPage = totals?.pages ? (totals.cost ?? 0) / totals.pages : undefined;
  const { quota } = look;
  const refused = look.files.filter((file) => file.status === 'refused');
  const readable = look.files.length - refused.length;
  const pace = useQuery({ ...estimateQuery(readable, priority), enabled: readable > 0 });
  const seconds = expectedSeconds(pace.data?.seconds, totals?.end_to_end?.p50);
  return (
    <>
      <Figures
        items={[
          { label: 'Files that can be read', value: count(readable), note: `of ${count(look.files.length)}` },
          { label: 'Pages', value: count(look.accepted_pages), note: 'charged when they succeed' },
          {
            label: 'Quota left after it',
            value: quota.remaining === null ? 'Unlimited' : count(quota.remaining - look.accepted_pages),
            note: quota.limit === null ? 'no limit on this plan' : `of ${count(quota.limit)} this month`,
            tone: look.fits ? undefined : 'bad',
          },
          { label: 'Estimated time', value: seconds ? `About ${duration(seconds)}` : '–', note: seconds ? 'at your pace, beside what is open' : 'nothing was read lately' },
          look.cost === null
            ? { label: 'Estimated cost', value: perPage === undefined ? '–' : dollars(perPage * look.accepted_pages), note: 'by last week’s cost a page' }
            : { label: 'Estimated cost', value: dollars(look.cost), note: 'by the price of a page' },
        ]}
      />
      {!look.fits && (
        <Card>
          <p className="bad" role="alert">
            The month’s quota does not bear all of it: {counted(look.accepted_pages, 'page')} are wanted, {count(quota.remaining ?? 0)} are left. Files beyond it fail and
            can be read when there is room again.
          </p>
        </Card>
      )}
      <RefusedFiles
        title={`${counted(refused.length, 'file')} will fail`}
        refused={refused.map(({ file_name, error }) => ({ path: file_name, reason: error ? `${error.message} ${error.advice}` : 'It cannot be read.' }))}
      />
    </>
  );
}

function Asked({ draft, items }: Pick<Props, 'draft' | 'items'>) {
  const first = items.find((item) => draft.prompts[item.position]);
  return (
    <dl className={css.facts}>
      <dt>Name</dt>
      <dd>{draft.name || 'Named after its files'}</dd>
      <dt>Strategy</dt>
      <dd>{capital(words(draft.strategy))}</dd>
      {draft.strategy === 'global' && (
        <>
          <dt>Prompt</dt>
          <dd>
            <pre>{draft.prompt || 'By the schema'}</pre>
          </dd>
        </>
      )}
      {draft.strategy === 'per_document' && first && (
        <>
          <dt>Prompts</dt>
          <dd>
            {counted(items.length, 'file')} with a prompt each, such as “{draft.prompts[first.position]?.slice(0, 120)}”
          </dd>
        </>
      )}
      <dt>Schema</dt>
      <dd>{draft.schema.trim() ? 'Yours' : 'By the document’s type'}</dd>
      <dt>Priority</dt>
      <dd>{capital(draft.priority)}</dd>
      <dt>Export</dt>
      <dd>{draft.export ? `${draft.export.format?.toUpperCase()}, ${draft.export.layout === 'multi_row' ? 'a row an item' : 'a row a document'}` : 'None'}</dd>
    </dl>
  );
}
