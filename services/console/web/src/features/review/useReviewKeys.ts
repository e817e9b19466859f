/** The keys of a review; none is a single letter. What they are called stands in `shared/keys`. */
import { useEffect } from 'react';
import { nextOpen } from './fields';
import type { ReviewState } from './useReview';

export function useReviewKeys({ fields, active, confirm, revert, goTo, saving, edits }: ReviewState): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]')) return;
      const typing = event.target instanceof HTMLInputElement && event.target.id.startsWith('field-');
      const run = (what: () => void) => {
        event.preventDefault();
        what();
      };
      const chord = event.ctrlKey || event.metaKey;
      if (chord && event.key === 'Enter') run(() => saving.mutate({ approve: true, next: true }));
      else if (chord && event.key === 's') run(() => edits.length && saving.mutate({ approve: false, next: false }));
      else if (event.altKey && event.key === 'ArrowDown') run(() => goTo(nextOpen(fields, active)?.path));
      else if (typing && event.key === 'Enter' && active) run(() => confirm(active));
      else if (typing && event.key === 'Escape' && active) run(() => revert(active));
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [fields, active, confirm, revert, goTo, saving, edits.length]);
}
