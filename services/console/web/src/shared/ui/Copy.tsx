/** A value to take along: shown in fixed width, copied by one press. */
import { Check, Copy as CopyIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from './Button';
import css from './Copy.module.css';

export function Copy({ value, label }: { value: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <span className={css.copy}>
      <code>{value}</code>
      <Button look="quiet" aria-label={copied ? 'Copied' : `Copy ${label}`} icon={copied ? <Check /> : <CopyIcon />} onClick={copy} />
    </span>
  );
}
