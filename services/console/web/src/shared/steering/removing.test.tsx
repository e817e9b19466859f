// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useLeaving } from '@/shared/leaving';
import { ToastProvider } from '@/shared/ui/toasts';
import { useRemovingLater } from './removing';

const verdict = (refused: string[]) => ({
  matched: 2,
  done: 2 - refused.length,
  refused: refused.length,
  items: ['a', 'b'].map((id) => ({ id, done: !refused.includes(id), detail: refused.includes(id) ? 'It is not yours.' : null })),
});

function List({ remove }: { remove: () => Promise<ReturnType<typeof verdict>> }) {
  const leaving = useLeaving();
  const removeLater = useRemovingLater('batch', 'batches');
  return (
    <>
      <ul>{['a', 'b'].map((id) => !leaving.has(id) && <li key={id}>{id}</li>)}</ul>
      <button type="button" onClick={() => removeLater({ ids: ['a', 'b'], text: 'Deleted.', remove, fresh: async () => undefined })}>
        Delete
      </button>
    </>
  );
}

function shown(remove: () => Promise<ReturnType<typeof verdict>>) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <List remove={remove} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByText('Delete'));
}
const rows = () => screen.queryAllByRole('listitem').map((row) => row.textContent);
const later = () => act(() => vi.advanceTimersByTimeAsync(10_000));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('what is deleted is out of sight before it is gone, and back by undo without a request', async () => {
  const remove = vi.fn(async () => verdict([]));
  shown(remove);
  await act(() => vi.advanceTimersByTimeAsync(10));
  expect(rows()).toEqual([]);
  fireEvent.click(screen.getByText('Undo'));
  await later();
  expect(rows()).toEqual(['a', 'b']);
  expect(remove).not.toHaveBeenCalled();
});

test('what was refused comes back, with the reason', async () => {
  shown(async () => verdict(['b']));
  await later();
  expect(rows()).toEqual(['b']);
  expect(screen.getByText('1 batch not deleted: It is not yours.')).toBeTruthy();
});
