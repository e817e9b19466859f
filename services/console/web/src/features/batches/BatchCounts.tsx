/** How far the batch is, in one bar and six numbers. */
import type { Batch } from '@/shared/api/client';
import { duration } from '@/shared/format/dates';
import { count, share } from '@/shared/format/numbers';
import { hasEnded } from '@/shared/live/changes';
import { Figures } from '@/shared/ui/Page';
import { Progress } from '@/shared/ui/Progress';
import css from './BatchCounts.module.css';

/** What is known of when it will be done. */
function prospect({ queue_position, estimated_seconds_left }: Batch): string {
  const place = queue_position === null ? '' : queue_position === 1 ? 'next of your batches' : `number ${count(queue_position)} of your batches`;
  const left = estimated_seconds_left === null ? '' : `about ${duration(estimated_seconds_left)} left`;
  return [left, place].filter(Boolean).join(' · ');
}

export function BatchCounts({ batch }: { batch: Batch }) {
  const ended = batch.completed + batch.failed + batch.cancelled;
  const percent = batch.total_documents ? ended / batch.total_documents : 0;
  const items = [
    { label: 'Completed', value: count(batch.completed), note: `of ${count(batch.total_documents)} documents` },
    { label: 'Under way', value: count(batch.in_progress), note: batch.queued ? `${count(batch.queued)} queued` : 'none queued' },
    { label: 'To review', value: count(batch.needs_review), tone: batch.needs_review ? 'warn' : undefined },
    { label: 'Failed', value: count(batch.failed), note: batch.cancelled ? `${count(batch.cancelled)} cancelled` : undefined, tone: batch.failed ? 'bad' : undefined },
    { label: 'Pages', value: count(batch.pages_done), note: `of ${count(batch.pages)}` },
    { label: 'Time', value: batch.processing_hours === null ? '–' : duration(batch.processing_hours * 3600), note: batch.completed_at ? 'from start to end' : 'so far' },
  ];
  return (
    <div className={css.counts}>
      {!hasEnded(batch.status) && (
        <div className={css.progress}>
          <Progress total={batch.total_documents} done={batch.completed} failed={batch.failed + batch.cancelled} label="Documents done" />
          <span className="num">{share(percent)}</span>
          <span className={`${css.prospect} num`}>{prospect(batch)}</span>
        </div>
      )}
      <p className="sr" role="status">
        {`${Math.floor(percent * 4) * 25} percent of the documents are done.`}
      </p>
      <Figures items={items} />
    </div>
  );
}
