/** What the batch will ask for, while it is being written; kept in this tab, so that a reload loses nothing. */
import type { BatchToOpen, ExportWish, Priority, Strategy } from '@/shared/api/client';

export const LONGEST_PROMPT = 8_000;

export type Draft = {
  name: string;
  description: string;
  strategy: Strategy;
  prompt: string;
  /** By the position of the file. */
  prompts: Record<number, string>;
  schema: string;
  priority: Priority;
  export: ExportWish | null;
};

export const EMPTY: Draft = { name: '', description: '', strategy: 'auto', prompt: '', prompts: {}, schema: '', priority: 'normal', export: null };

const KEY = 'ingestio.draft';

export function keepDraft(batchId: string | undefined, draft: Draft): void {
  sessionStorage.setItem(KEY, JSON.stringify({ batchId, draft }));
}

export function keptDraft(batchId: string | undefined): Draft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
    return kept.batchId === batchId && kept.draft ? { ...EMPTY, ...kept.draft } : EMPTY;
  } catch {
    return EMPTY;
  }
}

export const forgetDraft = (): void => sessionStorage.removeItem(KEY);

/** What is wrong with the schema's text; undefined for a good one and for none. */
export function schemaProblem(text: string): string | undefined {
  if (!text.trim()) return undefined;
  try {
    return JSON.parse(text).type === 'object' ? undefined : 'It must describe an object: {"type": "object", "properties": …}';
  } catch {
    return 'This is not valid JSON.';
  }
}

/** What keeps the prompts from being complete; undefined when they are. */
export function promptProblem(draft: Draft, positions: readonly number[]): string | undefined {
  if (schemaProblem(draft.schema)) return 'The schema has a mistake.';
  if (draft.strategy === 'global' && !draft.prompt.trim() && !draft.schema.trim()) return 'Write the prompt for all files, or give a schema.';
  const missing = positions.filter((position) => !draft.prompts[position]?.trim()).length;
  if (draft.strategy === 'per_document' && missing) return `${missing} of ${positions.length} files have no prompt yet.`;
  return undefined;
}

/** As the API takes it: prompts by position, with gaps where a file has none. */
export function asWish(draft: Draft): Omit<BatchToOpen, 'files'> {
  const positions = Object.keys(draft.prompts).map(Number);
  const prompts = Array.from({ length: Math.max(-1, ...positions) + 1 }, (_, position) => draft.prompts[position]?.trim() || null);
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    strategy: draft.strategy,
    prompt: draft.strategy === 'global' ? draft.prompt.trim() || null : null,
    prompts: draft.strategy === 'per_document' ? prompts : {},
    json_schema: draft.schema.trim() && !schemaProblem(draft.schema) ? JSON.parse(draft.schema) : null,
    priority: draft.priority,
    export: draft.export,
  };
}
