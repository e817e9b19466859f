/** Hears the keys that work on every page; `?` lists them all. Nothing happens while somebody writes or a dialog is open. */
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isWriting, PLACES, singleKeys } from '@/shared/keys/keys';
import { KeysDialog } from '@/shared/keys/KeysDialog';

const SECOND_LETTER_MS = 1_500;

export function Shortcuts() {
  const router = useRouter();
  const [listed, setListed] = useState(false);
  useEffect(() => {
    let goAt = 0;
    const press = (event: KeyboardEvent) => {
      const chord = event.ctrlKey || event.metaKey || event.altKey;
      if (chord || event.defaultPrevented || !singleKeys() || isWriting(event.target) || document.querySelector('dialog[open]')) return;
      const place = event.timeStamp - goAt < SECOND_LETTER_MS ? PLACES[event.key as keyof typeof PLACES] : undefined;
      goAt = event.key === 'g' ? event.timeStamp : 0;
      if (place) void router.navigate({ to: place[0] });
      else if (event.key === 'n') void router.navigate({ to: '/batches/new' });
      else if (event.key === '?') setListed(true);
      else if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [router]);
  return listed && <KeysDialog onClose={() => setListed(false)} />;
}
