/** The keys of the review page. None is a single letter, except `?` outside of fields. */
import { useEffect } from 'react';
import { nextOpen } from './fields';
import type { ReviewState } from './useReview';

export const KEYS: [string, string][] = [
  ['Enter', 'Confirm the value and go to the next doubtful one'],
  ['Tab', 'Go through all fields'],
  ['Alt + ↓', 'Next doubtful value, without confirming'],
  ['Escape', 'Take back what was done to this field'],
  ['Ctrl + S', 'Save as a new version'],
  ['Ctrl + Enter', 'Approve, and open the next document to review'],
  ['?', 'This list'],
];

export function useReviewKeys({ fields, active, confirm, revert, goTo, saving, edits }: ReviewState, onHelp: () => void): void {
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
      else if (event.key === '?' && !isText(event.target)) run(onHelp);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [fields, active, confirm, revert, goTo, saving, edits.length, onHelp]);
}

const isText = (target: EventTarget | null): boolean => target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
