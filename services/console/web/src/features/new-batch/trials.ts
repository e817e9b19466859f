/** Trying a prompt on files that are there already, and having one suggested: previews of the API, watched until they end. */
import { answerOf, getApiPreviewsByPreviewId, postApiPreviews, postApiPromptsSuggest, type Preview, type PreviewWish, type Suggestion } from '@/shared/api/client';
import type { Item } from './uploadQueue';

export const MOST_FILES = 3;
const LOOK_EVERY_MS = 700;

/** The id of an upload, under which a preview knows it; undefined while it is not all there. */
export function uploadId(item: Item): string | undefined {
  return item.state === 'complete' ? item.url?.split('/').findLast(Boolean) : undefined;
}

export const beginPreview = (wish: PreviewWish): Promise<Preview> => answerOf(postApiPreviews({ body: wish }));

/** Looks until the preview has ended; each look is told. Throws Problem. */
export async function watchPreview(preview: Preview, onLook: (preview: Preview) => void, signal: AbortSignal): Promise<Preview> {
  let now = preview;
  while (now.status === 'processing' && !signal.aborted) {
    onLook(now);
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
    now = await answerOf(getApiPreviewsByPreviewId({ path: { preview_id: preview.id }, signal }));
  }
  onLook(now);
  return now;
}

/** A prompt for documents like this one. It has to be recognised first, which a preview does. Throws Problem. */
export async function suggestFrom(id: string, signal: AbortSignal): Promise<Suggestion> {
  const preview = await watchPreview(await beginPreview({ document_ids: [id], strategy: 'auto' }), () => undefined, signal);
  const [document] = preview.documents;
  if (document?.error) throw new Error(`${document.error.message} ${document.error.advice}`);
  return answerOf(postApiPromptsSuggest({ body: { document_id: document?.document_id ?? id }, signal }));
}
