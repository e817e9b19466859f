/** Every page and its address. What only some pages need is loaded when they are opened. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { readAnalyticsSearch } from '@/features/analytics/search';
import { batchesQuery } from '@/features/batches/api';
import { BatchesPage } from '@/features/batches/BatchesPage';
import { readBatchSearch, readBatchesSearch } from '@/features/batches/search';
import { readDocumentsSearch } from '@/features/documents/search';
import { readNoticesSearch } from '@/features/notices/search';
import { flag, optional, text } from '@/shared/search';
import { lazyPage } from './lazyPage';
import { NotFoundPage } from './NotFoundPage';
import { PageError } from './PageError';
import { Root } from './Root';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Root });

const pages = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: ({ location }) => {
      throw redirect({ to: '/batches', search: location.search });
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/batches',
    validateSearch: readBatchesSearch,
    loaderDeps: ({ search }) => search,
    // The list is asked for while it is still being found out who asks.
    loader: ({ context, deps }) => void context.queryClient.prefetchQuery(batchesQuery(deps)),
    component: BatchesPage,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/batches/new',
    validateSearch: (search: Record<string, unknown>) => optional({ batch: text(search, 'batch') }),
    component: lazyPage(() => import('@/features/new-batch/NewBatchPage'), 'NewBatchPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/batches/$batchId',
    validateSearch: readBatchSearch,
    component: lazyPage(() => import('@/features/batches/BatchPage'), 'BatchPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/documents',
    validateSearch: readDocumentsSearch,
    component: lazyPage(() => import('@/features/documents/DocumentsPage'), 'DocumentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/documents/$documentId',
    validateSearch: (search: Record<string, unknown>) => optional({ batch: text(search, 'batch'), review: flag(search, 'review') }),
    component: lazyPage(() => import('@/features/review/ReviewPage'), 'ReviewPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/analytics',
    validateSearch: readAnalyticsSearch,
    component: lazyPage(() => import('@/features/analytics/AnalyticsPage'), 'AnalyticsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/exports',
    component: lazyPage(() => import('@/features/exports/ExportsPage'), 'ExportsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/notices',
    validateSearch: readNoticesSearch,
    component: lazyPage(() => import('@/features/notices/NoticesPage'), 'NoticesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    component: lazyPage(() => import('@/features/audit/AuditPage'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants',
    component: lazyPage(() => import('@/features/tenants/TenantsPage'), 'TenantsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/usage',
    component: lazyPage(() => import('@/features/usage/UsagePage'), 'UsagePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks',
    component: lazyPage(() => import('@/features/webhooks/WebhooksPage'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks/$webhookId',
    component: lazyPage(() => import('@/features/webhooks/DeliveriesPage'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tokens',
    component: lazyPage(() => import('@/features/tokens/TokensPage'), 'TokensPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/document-types',
    component: lazyPage(() => import('@/features/document-types/DocumentTypesPage'), 'DocumentTypesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/help',
    component: lazyPage(() => import('@/features/help/HelpPage'), 'HelpPage'),
  }),
] as const;

const routeTree = root.addChildren(pages);

export function newRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: PageError,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
