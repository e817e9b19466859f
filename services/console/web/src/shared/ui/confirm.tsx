/** Asks before what cannot be undone: `await confirm({...})` is true or false. */
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { Button } from './Button';
import { Dialog } from './Dialog';

export type Question = { title: string; text: ReactNode; action: string; danger?: boolean };
type Ask = (question: Question) => Promise<boolean>;

const Context = createContext<Ask>(async () => false);
export const useConfirm = (): Ask => useContext(Context);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<{ question: Question; settle: (answer: boolean) => void } | null>(null);
  const ask = useCallback<Ask>((question) => new Promise((settle) => setOpen({ question, settle })), []);
  const answer = (value: boolean) => {
    open?.settle(value);
    setOpen(null);
  };
  return (
    <Context.Provider value={ask}>
      {children}
      {open && (
        <Dialog
          title={open.question.title}
          onClose={() => answer(false)}
          footer={
            <>
              <Button onClick={() => answer(false)}>Keep things as they are</Button>
              <Button look={open.question.danger ? 'danger' : 'primary'} onClick={() => answer(true)}>
                {open.question.action}
              </Button>
            </>
          }
        >
          <p>{open.question.text}</p>
        </Dialog>
      )}
    </Context.Provider>
  );
}
