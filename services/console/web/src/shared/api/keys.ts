/** The names of what is kept of the API's answers, so that changes find them. */
export const keys = {
  session: ['session'] as const,
  batches: ['batches'] as const,
  batch: (id: string) => ['batch', id] as const,
  documents: ['documents'] as const,
  document: (id: string) => ['document', id] as const,
  results: (batchId: string) => ['results', batchId] as const,
  notices: ['notices'] as const,
};
