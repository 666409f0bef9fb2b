import { isStream, keptBody } from './body.ts';
import { type ClientOptions, createConversations } from './conversation.ts';
import { CountersignError } from './error.ts';
import { type Repeatable, requestOf } from './repeatable.ts';

export type { ClientOptions } from './conversation.ts';
export { CountersignError } from './error.ts';

/** What is used of a request's configuration. */
type Config = {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly data?: unknown;
  readonly headers?: object | undefined;
  readonly signal?: unknown;
  readonly responseType?: string | undefined;
  adapter?: unknown;
};

type AxiosAnswer = {
  readonly data: unknown;
  readonly status: number;
  readonly headers: object;
  config: unknown;
};

type Sender = { request(config: object): Promise<AxiosAnswer>; getUri(config: object): string };

/** What tells an instance of axios, of any of its versions since 1.0, from other things. */
type AxiosLike = {
  create(): object;
  readonly interceptors: { readonly request: object; readonly response: object };
};

type Interceptors = {
  readonly request: { use(change: (config: Config) => Config): void };
  readonly response: { use(pass: undefined, fail: (error: unknown) => never): void };
};

/**
 * Adds an interceptor to an instance of axios, and gives it back: its requests ask for a code as `withCountersign` of `countersign/client`
 * does. They reject with a `CountersignError` where no code can help, or where `ask` gives up.
 */
export function withCountersign<Instance extends AxiosLike>(
  instance: Instance,
  options: ClientOptions,
): Instance {
  const { bodyLimit = 1_000_000 } = options;
  const { send } = createConversations(options);
  // It has no interceptors: those of the instance see a request once, however often it is sent.
  const bare = instance.create() as Sender;

  /** Takes the place of the adapter: data is text or bytes here, and not read yet in an answer. */
  async function adapt(config: Config, adapter: unknown): Promise<AxiosAnswer> {
    const answers = new WeakMap<Response, AxiosAnswer | Error>();
    const ready = await repeatableOf(bare, { ...config, adapter }, answers, bodyLimit);
    const final = await send(ready).catch((error: unknown) => {
      throw error instanceof CountersignError ? withPlainHeaders(error) : error;
    });
    const answer = answers.get(final);
    if (answer === undefined || answer instanceof Error) throw answer;
    answer.config = config;
    return answer;
  }

  const { request, response } = instance.interceptors as Interceptors;
  request.use((config) => {
    const { adapter } = config;
    config.adapter = (ready: Config) => adapt(ready, adapter);
    return config;
  });
  response.use(undefined, (error) => {
    if (error instanceof CountersignError) restore(error.response);
    throw error;
  });
  return instance;
}

async function repeatableOf(
  bare: Sender,
  config: Config,
  answers: WeakMap<Response, AxiosAnswer | Error>,
  bodyLimit: number,
): Promise<Repeatable> {
  const signal = config.signal instanceof AbortSignal ? config.signal : undefined;
  const data = await keptData(config.data, bodyLimit, signal);
  const isOnce = isStream(data) || isPiped(data);
  const own = new Headers();
  for (const [name, value] of Object.entries(config.headers ?? {}))
    if (typeof value === 'string' || typeof value === 'number') own.set(name, String(value));

  /** Sends what is ready to be sent. Errors that have an answer are answers. */
  async function sendOff(changes: object): Promise<Response> {
    try {
      const ready = { ...config, transformRequest: same, transformResponse: same, ...changes };
      return noted(await bare.request(ready));
    } catch (error) {
      const { response } = error as { readonly response?: AxiosAnswer };
      if (!response) throw error;
      return noted(response, error as Error);
    }
  }

  function noted(answer: AxiosAnswer, error?: Error): Response {
    const response = responseOf(answer);
    answers.set(response, error ?? answer);
    return response;
  }

  return {
    ...requestOf((config.method ?? 'get').toUpperCase(), bare.getUri(config), own, data),
    signal,
    isOnce,
    send: (extra) => sendOff({ data, headers: { ...config.headers, ...extra } }),
    call: (url, { method, headers, body, signal }) =>
      sendOff({
        url,
        baseURL: '',
        params: {},
        method,
        headers: Object.fromEntries(new Headers(headers)),
        data: body,
        signal,
        responseType: 'text',
      }),
  };
}

const same = (data: unknown) => data;

type Piped = { readonly pipe: unknown; readonly constructor: { from?(source: unknown): unknown } };

/** A stream of Node; that of the package `form-data` is no iterable one, and can be sent once. */
const isPiped = (data: unknown): data is Piped =>
  typeof data === 'object' && data !== null && 'pipe' in data && typeof data.pipe === 'function';

/** Streams are kept where they are short; what is longer is a stream of the kind that it was. */
async function keptData(data: unknown, limit: number, signal: AbortSignal | undefined): Promise<unknown> {
  if (!isStream(data)) return data;
  const kept = await keptBody(data, limit, signal);
  if (kept instanceof Uint8Array) return kept.buffer;
  return isPiped(data) && data.constructor.from ? data.constructor.from(kept) : kept;
}

/** A refusal with its body; of any other answer the headers are enough. */
function responseOf({ status, headers, data }: AxiosAnswer): Response {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') all.set(name, value);
  const isRefusal = ![null, 'verified'].includes(all.get('OTPRULES-Result'));
  return new Response(isRefusal ? (data as BodyInit) : null, {
    status: status >= 200 && status <= 599 ? status : 500,
    headers: all,
  });
}

/** axios sets the headers and the data of an error's response, and those of a `Response` cannot be set. */
function withPlainHeaders(error: CountersignError): CountersignError {
  const { response } = error;
  Object.defineProperty(response, 'headers', {
    value: response.headers,
    writable: true,
    configurable: true,
    enumerable: true,
  });
  return error;
}

/** Takes back what axios has set. */
function restore(response: object): void {
  for (const name of ['headers', 'data', 'duration']) Reflect.deleteProperty(response, name);
}
