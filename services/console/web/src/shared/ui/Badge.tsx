/** A status in a word, with a shape beside its colour, so that nobody needs to see the colour. */
import { Ban, Check, CircleDashed, Clock, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { capital, words } from '@/shared/format/numbers';
import css from './Badge.module.css';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'calm';

const LOOKS: Record<string, [Tone, typeof Check]> = {
  pending_upload: ['calm', CircleDashed],
  uploaded: ['calm', Clock],
  queued: ['calm', Clock],
  waiting: ['calm', Clock],
  processing: ['busy', LoaderCircle],
  running: ['busy', LoaderCircle],
  uploading: ['busy', LoaderCircle],
  cancelling: ['busy', LoaderCircle],
  completed: ['good', Check],
  ready: ['good', Check],
  delivered: ['good', Check],
  complete: ['good', Check],
  active: ['good', Check],
  trialing: ['good', Check],
  needs_review: ['warn', TriangleAlert],
  partially_completed: ['warn', TriangleAlert],
  paused: ['warn', Clock],
  failed: ['bad', X],
  refused: ['bad', X],
  error: ['bad', X],
  revoked: ['calm', Ban],
  cancelled: ['calm', Ban],
  expired: ['calm', Ban],
};

export function StatusBadge({ status }: { status: string }) {
  const [tone, Icon] = LOOKS[status] ?? ['calm', CircleDashed];
  return (
    <span className={`${css.badge} ${css[tone]}`} data-status={status}>
      <Icon aria-hidden className={Icon === LoaderCircle ? css.turning : undefined} />
      {capital(words(status))}
    </span>
  );
}

export function Badge({ tone = 'calm', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${css.badge} ${css[tone]}`}>{children}</span>;
}
