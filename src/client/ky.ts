import { type ClientOptions, createConversations } from './conversation.ts';
import { repeatableOf } from './repeatable.ts';

export type { ClientOptions } from './conversation.ts';
export { CountersignError } from './error.ts';

/** What a hook of ky is told. */
type Answered = {
  readonly request: Request;
  readonly options: object;
  readonly response: Response;
};

/**
 * A hook of ky for `afterResponse`: asks for a code as `withCountersign` of `countersign/client` does, and gives ky the answer of the
 * request that was sent with it. `fetch`: what sends it, where ky does not use the global one.
 */
export function countersignHook({
  fetch = globalThis.fetch,
  bodyLimit = 1_000_000,
  ...options
}: ClientOptions & { readonly fetch?: typeof globalThis.fetch }): (
  answered: Answered,
) => Promise<Response | undefined> {
  const { goOn } = createConversations(options);

  return async ({ request, options, response }) => {
    const final = await goOn(await repeatableOf(fetch, askedIn(request, options), bodyLimit), response);
    return final === response ? undefined : final;
  };
}

/** Where ky may have to send a request again, it keeps one that was not sent; else the body is the one that it was given. */
function askedIn(request: Request, options: { body?: BodyInit }): Parameters<typeof fetch> {
  if (!request.bodyUsed) return [request.clone()];
  const { method, headers, credentials, redirect, signal } = request;
  const { body = null } = options;
  return [request.url, { method, headers, credentials, redirect, signal, body }];
}
