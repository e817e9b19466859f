/** A search that waits until typing rests. */
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import css from './SearchBox.module.css';

const RESTS_MS = 300;

export function SearchBox({ value, label, onChange }: { value: string | undefined; label: string; onChange: (value: string | undefined) => void }) {
  const [typed, setTyped] = useState(value ?? '');
  useEffect(() => setTyped(value ?? ''), [value]);
  useEffect(() => {
    if (typed === (value ?? '')) return undefined;
    const timer = setTimeout(() => onChange(typed.trim() || undefined), RESTS_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <div className={css.box} role="search">
      <Search aria-hidden />
      <input type="search" aria-label={label} placeholder={label} value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} />
    </div>
  );
}
