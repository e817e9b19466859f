/** The generated client, set up once: same origin, the session's cookie, and every refusal a Problem. */
import { client } from './generated/client.gen';
import { asProblem } from './problem';

client.setConfig({ baseUrl: '', credentials: 'same-origin' });
client.interceptors.error.use((error, response) => asProblem(error, response));

type Answer<T> = { data?: T; error?: unknown };

/** What the call answered; throws Problem. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error } = await call;
  if (error !== undefined) throw error;
  return data as T;
}

export * from './generated/sdk.gen';
export type * from './generated/types.gen';
