/** Sends one file by tus: goes on after a cut from what the server has, and gives up only when it says so. */
import { DetailedError, Upload } from 'tus-js-client';
import type { Begin } from './uploadQueue';

const PAUSES_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000];

export const tusTransport =
  (batchId: string): Begin =>
  (item, file, tell) => {
    const upload = new Upload(file, {
      endpoint: '/api/uploads',
      uploadUrl: item.url,
      retryDelays: PAUSES_MS,
      // The open batch on the server knows what is missing: nothing needs to be remembered here.
      storeFingerprintForResuming: false,
      metadata: { batch_id: batchId, filename: item.name, relative_path: item.path, position: String(item.position) },
      onProgress: tell.progress,
      onUploadUrlAvailable: () => upload.url && tell.url(new URL(upload.url, window.location.href).pathname),
      onSuccess: tell.done,
      // Its own rule gives up at once while the browser says it is offline, which is when trying again helps.
      onShouldRetry: (error) => [0, 408, 409, 423, 429].includes(statusOf(error)) || statusOf(error) >= 500,
      onError: (error) => tell.failed(reasonOf(error), !(error instanceof DetailedError && error.originalResponse)),
    });
    upload.start();
    return { stop: (forGood) => upload.abort(forGood) };
  };

const statusOf = (error: Error | DetailedError): number => (error instanceof DetailedError && error.originalResponse?.getStatus()) || 0;

function reasonOf(error: Error | DetailedError): string {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer) return 'The connection was lost. Retry when it is back.';
  try {
    return String(JSON.parse(answer.getBody()).detail);
  } catch {
    return `The server answered ${answer.getStatus()}.`;
  }
}
