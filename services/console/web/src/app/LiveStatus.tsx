/** Whether the page is live, and a switch for those who want it to stand still. */
import { useEffect, useState } from 'react';
import { useLive } from '@/shared/live/context';
import css from './LiveStatus.module.css';

export function LiveStatus() {
  const { state, newsAt, wanted, setWanted } = useLive();
  const [online, setOnline] = useState(navigator.onLine);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  const shown = !online ? 'offline' : wanted ? state : 'off';
  const seconds = newsAt ? Math.max(0, Math.round((now - newsAt) / 1000)) : null;
  const text = { live: 'Live', connecting: 'Connecting…', off: 'Updates off', offline: 'Offline' }[shown];
  return (
    <button type="button" className={css.live} data-state={shown} aria-pressed={wanted} title="Switch live updates on or off" onClick={() => setWanted(!wanted)}>
      <span className={css.dot} aria-hidden />
      {text}
      {shown === 'live' && seconds !== null && seconds < 3_600 && <span className={css.when}>{seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`}</span>}
    </button>
  );
}
