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

/** The field rep: whatever an HTTP client can do with a token. */
export type Rep = {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Sets record 45 to Delivered, with a code where one is given. */
  deliver(code?: string, fields?: Record<string, unknown>): Promise<Answered>;
  /** Asks for a code by hand. */
  askForCode(values?: Record<string, unknown>): Promise<Answered>;
  /** What the ledger says of record 45. */
  standing(): Promise<Answered>;
};

export const NOTE = '/api/DeliveryNotes/45';

/** A rep in front of one gateway; without a token, somebody whom the CRM does not know. */
export function repOf(url: string, token: string | null = 'Bearer rep'): Rep {
  const call: Rep['call'] = async (method, path, body, headers = {}) => {
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
  return {
    call,
    deliver: (code, fields = {}) =>
      call(
        'PATCH',
        NOTE,
        { status: 'Delivered', ...fields },
        code === undefined ? {} : { 'OTPRULES-OTP-7': code },
      ),
    askForCode: (values) =>
      call('POST', '/_countersign/rules/7/records/45/code', values === undefined ? undefined : { values }),
    standing: () => call('GET', '/_countersign/rules/7/records/45'),
  };
}

/** A code of the same length that is not this one. */
export function wrongCode(code: string, nth = 1): string {
  return String((Number(code) + nth) % 10 ** code.length).padStart(code.length, '0');
}
