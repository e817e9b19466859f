/** Exports: asked for, watched, downloaded. */
import { queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  deleteApiExportsByExportId,
  type Export,
  type ExportRequest,
  getApiExports,
  postApiExports,
  postApiExportsByExportIdCancel,
} from '@/shared/api/client';

export const exportsKey = ['exports'] as const;

const underWay = (item: Export) => item.status === 'queued' || item.status === 'running';

/** The newest first; read again each second while one of them is being made. */
export const exportsQuery = (batch_id?: string) =>
  queryOptions({
    queryKey: [...exportsKey, batch_id],
    queryFn: ({ signal }) => answerOf(getApiExports({ query: { batch_id, limit: 100 }, signal })),
    refetchInterval: ({ state }) => (state.data?.items.some(underWay) ? 1_000 : false),
  });

export const createExport = (wish: ExportRequest) => answerOf(postApiExports({ body: wish }));
export const cancelExport = (export_id: string) => answerOf(postApiExportsByExportIdCancel({ path: { export_id } }));
export const discardExport = (export_id: string) => answerOf(deleteApiExportsByExportId({ path: { export_id } }));
export const downloadPath = (id: string) => `/api/exports/${encodeURIComponent(id)}/download`;
