/** A request that can be sent more than once, or, where its body is too large to keep, once. */
export type Repeatable = {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /** Its body was too large to keep. */
  readonly isOnce: boolean;
  /** Two requests with the same text are the same request; undefined where the body is not known as text. */
  readonly identity: string | undefined;
  /** The session that stands among its fields, where it does. */
  readonly session: string | undefined;
  /** What a further request in its name has to have: credentials, mode. */
  readonly settings: RequestInit;
  /** Sends it, with further headers. */
  send(extra?: Readonly<Record<string, string>>): Promise<Response>;
};

type Fetch = typeof globalThis.fetch;

/** Takes the arguments of a fetch. Streams are read, up to `bodyLimit` bytes; what is longer can be sent once. */
export async function repeatableOf(
  fetch: Fetch,
  [input, init]: Parameters<Fetch>,
  bodyLimit: number,
): Promise<Repeatable> {
  const asked = input instanceof Request ? input : undefined;
  const method = (init?.method ?? asked?.method ?? 'GET').toUpperCase();
  const url = absolute(asked?.url ?? String(input));
  const headers = new Headers(init?.headers ?? asked?.headers);
  const signal = init?.signal ?? asked?.signal ?? undefined;
  const body = init?.body ?? asked?.body ?? undefined;
  const kept = body instanceof ReadableStream ? await keep(body, bodyLimit) : body;
  const text = textOf(kept);
  const isOnce = kept instanceof ReadableStream;
  return {
    method,
    url,
    headers,
    signal,
    isOnce,
    identity: text !== undefined ? `${method} ${url}\n${text}` : undefined,
    session: sessionIn(url, headers, text),
    settings: {
      ...(init?.credentials && { credentials: init.credentials }),
      ...(asked && settingsOf(asked)),
    },
    send(extra = {}) {
      const all = new Headers(headers);
      for (const [name, value] of Object.entries(extra)) all.set(name, value);
      const changed = { ...init, method, headers: all, ...(kept !== undefined && { body: kept }) };
      // A Request's other settings (credentials, mode, redirect) come with it; its body is the kept one.
      const target = asked ? new Request(asked.url, settingsOf(asked)) : input;
      return fetch(target, isOnce ? ({ ...changed, duplex: 'half' } as RequestInit) : changed);
    },
  };
}

const absolute = (url: string) => new URL(url, globalThis.location?.href).href;

/** The body as text, byte for byte; undefined where that cannot be had at once (a form with files, a blob, a stream). */
function textOf(body: BodyInit | undefined): string | undefined {
  if (body === undefined) return '';
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body);
  if (body instanceof Uint8Array) return new TextDecoder('latin1').decode(body);
  return undefined;
}

/** The session that Vtiger has among the fields of a form or in the query. */
function sessionIn(url: string, headers: Headers, text = ''): string | undefined {
  const type = headers.get('Content-Type') ?? 'application/x-www-form-urlencoded';
  const fields = new URLSearchParams(type.startsWith('application/x-www-form-urlencoded') ? text : '');
  return new URL(url).searchParams.get('sessionName') ?? fields.get('sessionName') ?? undefined;
}

/** All of a request but its body, its method and its headers. */
function settingsOf(request: Request): RequestInit {
  const { cache, credentials, integrity, keepalive, mode, redirect, referrer, referrerPolicy, signal } =
    request;
  const settings = { cache, credentials, integrity, keepalive, redirect, referrer, referrerPolicy, signal };
  // Navigations cannot be made by hand.
  return mode === 'navigate' ? settings : { ...settings, mode };
}

/** Reads a stream as a whole, or gives one that begins with what was read. */
async function keep(stream: ReadableStream<Uint8Array>, limit: number): Promise<BodyInit> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) return joined(pieces, length);
    pieces.push(value);
    length += value.length;
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = pieces.shift() ?? (await reader.read()).value;
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
