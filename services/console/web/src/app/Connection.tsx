/** Says that there is no connection, or that IngestIO does not answer, as long as that is so. */
import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLive } from '@/shared/live/context';
import { useOnline } from '@/shared/online';
import css from './Connection.module.css';

/** A stream that comes back within this is no news. */
const PATIENCE_MS = 5_000;

export function Connection() {
  const { state, wanted } = useLive();
  const online = useOnline();
  const cut = wanted && state === 'connecting';
  const [away, setAway] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAway(cut), cut ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [cut]);
  return (
    <div role="status">
      {(!online || (cut && away)) && (
        <p className={css.banner}>
          <CloudOff aria-hidden />
          <span>
            <strong>{online ? 'IngestIO does not answer.' : 'You are offline.'}</strong> What is shown may be old. Uploads and updates go on by themselves
            when the connection is back; what you typed stays.
          </span>
        </p>
      )}
    </div>
  );
}
