/** All that happened to a document, in order. */
import type { DocumentWithTimeline } from '@/shared/api/client';
import { fullDate } from '@/shared/format/dates';
import { capital, words } from '@/shared/format/numbers';
import { Card } from '@/shared/ui/Page';
import css from './Review.module.css';

export function Timeline({ document }: { document: DocumentWithTimeline }) {
  return (
    <Card title="What happened">
      <ol className={css.timeline}>
        {document.timeline.map((step) => (
          <li key={`${step.at}-${step.what}-${step.generation}`} data-bad={step.error !== null}>
            <strong>{capital(words(step.what))}</strong>
            <span className="quiet">
              {step.stage && `${words(step.stage)} · `}
              {step.generation > 1 && `run ${step.generation} · `}
              {step.attempt !== null && step.attempt > 1 && `attempt ${step.attempt} · `}
              <time dateTime={step.at}>{fullDate(step.at)}</time>
            </span>
            {step.error && <span>{step.error.message}</span>}
          </li>
        ))}
      </ol>
    </Card>
  );
}
