/** A moment as "3 min ago", exact when one points at it; it counts on by itself. */
import { useEffect, useState } from 'react';
import { ago, fullDate } from '@/shared/format/dates';

const EVERY_MS = 20_000;

export function When({ at }: { at: string | null | undefined }) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <span aria-hidden>–</span>;
  return (
    <time dateTime={at} title={fullDate(at)}>
      {ago(at)}
    </time>
  );
}
