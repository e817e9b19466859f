/** Short news at the edge of the page, read out by screen readers. One that is an error stays until it is closed. */
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { messageOf } from '@/shared/api/problem';
import { Button } from './Button';
import { Delayed } from './delayed';
import css from './toasts.module.css';

type Toast = { id: number; text: string; bad: boolean; action?: { label: string; run: () => void } };
type Tell = {
  done: (text: string, action?: Toast['action']) => void;
  failed: (error: unknown) => void;
  /** Does it when the toast goes, or the page is left; until then it can be taken back. */
  undoable: (text: string, run: () => void, undo: () => void) => void;
};

const SHOWN_MS = 6_000;
const Context = createContext<Tell>({ done: () => undefined, failed: () => undefined, undoable: () => undefined });
export const useToasts = (): Tell => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const delayed = useRef(new Delayed(SHOWN_MS)).current;
  const close = useCallback((id: number) => setToasts((now) => now.filter((toast) => toast.id !== id)), []);
  const tell = useMemo<Tell>(() => {
    let last = 0;
    const add = (toast: Omit<Toast, 'id'>) => {
      last += 1;
      const id = last;
      setToasts((now) => [...now.slice(-3), { ...toast, id }]);
      if (!toast.bad) setTimeout(() => close(id), SHOWN_MS);
    };
    return {
      done: (text, action) => add({ text, bad: false, action }),
      failed: (error) => add({ text: messageOf(error), bad: true }),
      undoable: (text, run, undo) => {
        const takeBack = delayed.add(run);
        add({ text, bad: false, action: { label: 'Undo', run: () => takeBack() && undo() } });
      },
    };
  }, [close, delayed]);
  useEffect(() => {
    const leave = () => delayed.runAll();
    window.addEventListener('pagehide', leave);
    return () => window.removeEventListener('pagehide', leave);
  }, [delayed]);
  return (
    <Context.Provider value={tell}>
      {children}
      <div className={css.stack} role="status" aria-live="polite">
        {toasts.map((toast) => (
          <OneToast key={toast.id} toast={toast} onClose={() => close(toast.id)} />
        ))}
      </div>
    </Context.Provider>
  );
}

function OneToast({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const run = () => {
    toast.action?.run();
    onClose();
  };
  return (
    <div className={css.toast}>
      {toast.bad ? <CircleAlert className={css.bad} aria-hidden /> : <CircleCheck className={css.good} aria-hidden />}
      <span>{toast.text}</span>
      {toast.action && (
        <Button look="quiet" onClick={run}>
          {toast.action.label}
        </Button>
      )}
      <Button look="quiet" aria-label="Dismiss" icon={<X />} onClick={onClose} />
    </div>
  );
}
