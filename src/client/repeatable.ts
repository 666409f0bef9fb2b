import { bodyOf, textOf } from './body.ts';

/** A further request in the name of a request: with its credentials and settings. */
export type FurtherCall = (url: string, init: RequestInit) => Promise<Response>;

/** A request that can be sent more than once, or, where its body is too large to keep, once. */
export type Repeatable = {
  /** Where it goes, with its origin. */
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /** Its body was too large to keep. */
  readonly isOnce: boolean;
  /** Two requests with the same text are the same request; undefined where the body is not known as text. */
  readonly identity: string | undefined;
  /** The session that stands among its fields, where it does. */
  readonly session: string | undefined;
  /** Sends it, with further headers. */
  send(extra: Readonly<Record<string, string>>): Promise<Response>;
  readonly call: FurtherCall;
};

type Fetch = typeof globalThis.fetch;

/** Takes the arguments of a fetch. Streams are read, up to `bodyLimit` bytes; what is longer can be sent once. */
export async function repeatableOf(
  fetch: Fetch,
  [input, init = {}]: Parameters<Fetch>,
  bodyLimit: number,
): Promise<Repeatable> {
  // A Request may be of another realm or library than `globalThis.Request`.
  const asked = typeof input === 'object' && 'url' in input ? input : undefined;
  const method = (init.method ?? asked?.method ?? 'GET').toUpperCase();
  const headers = new Headers(init.headers ?? asked?.headers);
  const signal = init.signal ?? asked?.signal ?? undefined;
  const body = await bodyOf(asked, init, bodyLimit, signal);
  const isOnce = body instanceof ReadableStream || (asked !== undefined && body === asked);
  const { credentials } = init;
  const settings = { ...(asked && settingsOf(asked)), ...(credentials && { credentials }) };
  return {
    ...requestOf(method, asked?.url ?? String(input), headers, body),
    signal,
    isOnce,
    send(extra) {
      const all = new Headers(headers);
      for (const [name, value] of Object.entries(extra)) all.set(name, value);
      const further = { ...init, method, headers: all };
      if (asked && body === asked) return fetch(asked, further);
      const changed = { ...further, ...(body !== undefined && { body: body as BodyInit }) };
      // A Request's other settings (mode, redirect) come with it; its body is the kept one.
      const target = asked ? new (asked.constructor as typeof Request)(asked.url, settingsOf(asked)) : input;
      return fetch(target, isOnce ? ({ ...changed, duplex: 'half' } as RequestInit) : changed);
    },
    call: (url, further) => fetch(url, { ...settings, ...further }),
  };
}

/** What is known of a request by its method, its address, its headers and its body. */
export function requestOf(
  method: string,
  address: string,
  headers: Headers,
  body: unknown,
): Pick<Repeatable, 'url' | 'headers' | 'identity' | 'session'> {
  const url = new URL(address, globalThis.location?.href).href;
  const text = textOf(body);
  return {
    url,
    headers,
    identity: text === undefined ? undefined : `${method} ${url}\n${text}`,
    session: sessionIn(url, headers, body, text),
  };
}

/** The session that Vtiger has among the fields of a form or in the query. */
function sessionIn(url: string, headers: Headers, body: unknown, text = ''): string | undefined {
  const type = headers.get('Content-Type') ?? 'application/x-www-form-urlencoded';
  const fields =
    body instanceof FormData
      ? body
      : new URLSearchParams(type.startsWith('application/x-www-form-urlencoded') ? text : '');
  const session = new URL(url).searchParams.get('sessionName') ?? fields.get('sessionName');
  return typeof session === 'string' ? session : undefined;
}

/** All of a request but its body, its method and its headers. */
function settingsOf(request: Request): RequestInit {
  const { cache, credentials, integrity, keepalive, mode, redirect, referrer, referrerPolicy, signal } =
    request;
  const settings = { cache, credentials, integrity, keepalive, redirect, referrer, referrerPolicy, signal };
  // Navigations cannot be made by hand.
  return mode === 'navigate' ? settings : { ...settings, mode };
}
