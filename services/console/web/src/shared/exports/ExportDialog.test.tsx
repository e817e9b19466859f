// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ExportDialog } from './ExportDialog';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** What is asked of the server after these were chosen. */
async function asked(...chosen: string[]) {
  const sent: unknown[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(await request.json());
    return Response.json({}, { status: 202 });
  });
  const routeTree = createRootRoute({ component: () => <ExportDialog batchIds={['b']} onClose={() => undefined} /> });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={createRouter({ routeTree, history: createMemoryHistory() })} />
    </QueryClientProvider>,
  );
  for (const label of [...chosen, 'Make the export']) fireEvent.click(await screen.findByText(label));
  await waitFor(() => expect(sent).toHaveLength(1));
  return sent[0];
}

test('CSV is made for the Excel that was chosen', async () => {
  expect(await asked('CSV', 'Excel that writes 1,5')).toMatchObject({ format: 'csv', csv: { bom: true, delimiter: ';', decimal: ',' } });
});

test('what nobody chose is left to the server', async () => {
  expect(await asked('CSV')).not.toHaveProperty('csv');
});
