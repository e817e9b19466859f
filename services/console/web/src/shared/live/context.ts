/** How live the page is, for whoever shows it. */
import { createContext, useContext } from 'react';
import type { LiveState } from './stream';

export type Live = {
  state: LiveState;
  /** When the last news came, in milliseconds. */
  newsAt: number | null;
  /** Batches that were heard of and are in no list yet. */
  unseen: ReadonlySet<string>;
  wanted: boolean;
  setWanted: (wanted: boolean) => void;
  forgetUnseen: () => void;
};

export const LiveContext = createContext<Live>({
  state: 'off',
  newsAt: null,
  unseen: new Set(),
  wanted: true,
  setWanted: () => undefined,
  forgetUnseen: () => undefined,
});

export const useLive = (): Live => useContext(LiveContext);
