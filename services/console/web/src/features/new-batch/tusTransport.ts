/** Sends one file by tus: goes on after a cut from what the server has, and gives up only when it says so. */
import { DetailedError, Upload } from 'tus-js-client';
import type { Begin, Lost } from './uploadQueue';

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
      onShouldRetry: (error) => {
        const again = [0, 408, 409, 423, 429].includes(statusOf(error)) || statusOf(error) >= 500;
        if (again) tell.trouble(statusOf(error) ? 'IngestIO is busy; trying again.' : 'The connection was lost; trying again.');
        return again;
      },
      onError: (error) => tell.failed(reasonOf(error), lostBy(statusOf(error))),
    });
    upload.start();
    return { stop: (forGood) => upload.abort(forGood) };
  };

const statusOf = (error: Error | DetailedError): number => (error instanceof DetailedError && error.originalResponse?.getStatus()) || 0;

function lostBy(status: number): Lost | undefined {
  if (status === 401) return 'session';
  return status ? undefined : 'connection';
}

function reasonOf(error: Error | DetailedError): string {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer) return 'The connection was lost. It goes on when it is back.';
  if (answer.getStatus() === 401) return 'Your session has ended. It goes on when you are signed in again.';
  try {
    return String(JSON.parse(answer.getBody()).detail);
  } catch {
    return `The server answered ${answer.getStatus()}.`;
  }
}
