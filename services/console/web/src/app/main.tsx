/** Starts the console. */
import './fonts.css';
import './tokens.css';
import './base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@/shared/api/client';
import { newQueryClient } from '@/shared/api/queryClient';
import { ConfirmProvider } from '@/shared/ui/confirm';
import { ToastProvider } from '@/shared/ui/toasts';
import { newRouter } from './router';
import { applyTheme, rememberedTheme } from './theme';

applyTheme(rememberedTheme());
const queryClient = newQueryClient();
const router = newRouter(queryClient);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <ConfirmProvider>
          <RouterProvider router={router} />
        </ConfirmProvider>
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
