/** An answer, read to its end. */
export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, where it is. */
  readonly json: Problem;
  /** `OTPRULES-Result` and `OTPRULES-Code`. */
  readonly result: string | null;
  readonly code: string | null;
};

type Problem = {
  readonly type?: string;
  readonly rules?: readonly Row[];
} & Row &
  Readonly<Record<string, unknown>>;

type Row = {
  readonly rule?: string;
  readonly record?: string;
  readonly result?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly code_type?: string;
  readonly code_length?: number;
  readonly retry_after?: number;
  readonly header?: string;
  readonly field?: string;
  readonly sent_to?: string;
  readonly expires_at?: string;
  readonly attempts_remaining?: number;
  readonly resends_remaining?: number;
  readonly resend_after?: string;
};

/** Sends a request and reads the answer to its end; a body that is no text goes as JSON. */
export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answered>;

/** Whoever has this token, in front of this server; without one, somebody whom it does not know. */
export function callerOf(url: string, token: string | null): Caller {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    const json = (isJson ? JSON.parse(text) : {}) as Problem;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json,
      result: response.headers.get('otprules-result'),
      code: response.headers.get('otprules-code'),
    };
  };
}
