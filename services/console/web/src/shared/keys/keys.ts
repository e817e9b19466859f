/** The keys of the console, and whether those without Ctrl or Alt are heard. */
import { useSyncExternalStore } from 'react';

export type Keys = { title: string; single: boolean; keys: readonly (readonly [string, string])[] };

/** Where `g` and a second letter lead to. */
export const PLACES = {
  b: ['/batches', 'Batches'],
  d: ['/documents', 'Documents'],
  a: ['/analytics', 'Analytics'],
  e: ['/exports', 'Exports'],
  u: ['/usage', 'Usage and plan'],
  h: ['/help', 'Help'],
} as const;

export const EVERYWHERE: Keys = {
  title: 'Everywhere',
  single: true,
  keys: [
    ['?', 'This list'],
    ['n', 'New batch'],
    ['/', 'Search on this page'],
    ...Object.entries(PLACES).map(([key, [, name]]) => [`g ${key}`, `Go to ${name}`] as const),
  ],
};

export const REVIEWING: Keys = {
  title: 'In a review',
  single: false,
  keys: [
    ['Enter', 'Confirm the value and go to the next doubtful one'],
    ['Tab', 'Go through all fields'],
    ['Alt + ↓', 'Next doubtful value, without confirming'],
    ['Alt + ←, →', 'Document before, document after'],
    ['Escape', 'Take back what was done to this field'],
    ['Ctrl + S', 'Save as a new version'],
    ['Ctrl + Enter', 'Approve, and open the next document to review'],
  ],
};

const STORED = 'ingestio.single-keys';
const CHANGED = 'ingestio:single-keys';

export const singleKeys = (): boolean => localStorage.getItem(STORED) !== 'off';

export function setSingleKeys(wanted: boolean): void {
  if (wanted) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, 'off');
  window.dispatchEvent(new Event(CHANGED));
}

function follow(tell: () => void): () => void {
  window.addEventListener(CHANGED, tell);
  return () => window.removeEventListener(CHANGED, tell);
}

export const useSingleKeys = (): boolean => useSyncExternalStore(follow, singleKeys);

/** Whether a press is somebody's writing, and so no command. */
export const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || (target.matches('input, textarea, select') && !target.matches('[type=checkbox], [type=radio]')));
