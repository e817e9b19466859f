/** What a page shows when it has nothing to show: nothing yet, no match, still loading, or what went wrong. */
import { CloudOff, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { messageOf, Problem } from '@/shared/api/problem';
import { Button } from './Button';
import css from './states.module.css';

export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <span className={css.disc}>
        <Icon aria-hidden />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const offline = error instanceof Problem && error.status === 0;
  const id = error instanceof Problem ? error.requestId : undefined;
  return (
    <div className={css.empty} role="alert">
      <span className={`${css.disc} ${css.bad}`}>{offline ? <CloudOff aria-hidden /> : <TriangleAlert aria-hidden />}</span>
      <h2>{offline ? 'No connection' : 'This did not work'}</h2>
      <p className="quiet">{messageOf(error)}</p>
      {id && <p className="quiet mono">Request {id}</p>}
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

export function Loading({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div className={css.loading} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className={css.bone} />
      ))}
    </div>
  );
}
