/** Whether the page is live, and a switch for those who want it to stand still. */
import { useEffect, useState } from 'react';
import { useLive } from '@/shared/live/context';
import { useOnline } from '@/shared/online';
import css from './LiveStatus.module.css';

const TEXT = { live: 'Live', connecting: 'Connecting…', off: 'Updates off', offline: 'Offline' };

export function LiveStatus() {
  const { state, newsAt, wanted, setWanted } = useLive();
  const online = useOnline();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const shown = !online ? 'offline' : wanted ? state : 'off';
  const seconds = newsAt ? Math.max(0, Math.round((now - newsAt) / 1000)) : null;
  return (
    <button type="button" className={css.live} data-state={shown} aria-pressed={wanted} title="Switch live updates on or off" onClick={() => setWanted(!wanted)}>
      <span className={css.dot} aria-hidden />
      {TEXT[shown]}
      {shown === 'live' && seconds !== null && seconds < 3_600 && <span className={css.when}>{seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`}</span>}
    </button>
  );
}
