/** What the API answers instead of success: a stable code and a text for people (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId?: string,
    /** The whole body: some codes bring members of their own along. */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** Whether asking again may help: never for what the client did wrong, but for a time-out and too many requests. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export function asProblem(body: unknown, response?: Response): Problem {
  if (!response) return new Problem(0, 'offline', 'IngestIO cannot be reached. Check the connection.');
  const said = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = typeof said.detail === 'string' ? said.detail : `The server answered ${response.status}.`;
  const code = typeof said.code === 'string' ? said.code : 'http_error';
  return new Problem(response.status, code, text, response.headers.get('x-request-id') ?? undefined, said);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
