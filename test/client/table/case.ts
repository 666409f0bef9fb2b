import {
  type Ask,
  type Challenge,
  type CountersignError,
  withCountersign,
} from '../../../src/client/client.ts';

/** Asks the process of the test, which has the world; the other side of `stage.ts`. */
export type Tell = <T>(name: string, ...words: readonly unknown[]) => Promise<T>;

/** A case of the table: what somebody does, and what they see, as JSON. */
export type Case = {
  /** The world that it needs, where that is not the plain one. */
  readonly world?: 'two rules' | 'a list';
  act(here: Here): Promise<unknown>;
  readonly seen: unknown;
};

/** Where a case runs: in any Node, or in a page of another origin than the gateway's. */
export type Here = {
  readonly url: string;
  readonly tell: Tell;
};

export const DELIVERED = { status: 'Delivered' };

/** A code of the same length that is not this one. */
export const otherThan = (code: string) => code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));

/** A save by its own client, whose person answers as the case says. */
export function clientOf(
  { url, tell }: Here,
  answer: (challenge: Challenge, asked: number) => ReturnType<Ask> = () => tell('code'),
  more: object = {},
) {
  const asked: Challenge[] = [];
  const ask: Ask = (challenge) => answer(challenge, asked.push(challenge));
  const withCode: boolean[] = [];
  const watched: typeof fetch = (input, init) => {
    const names = [...new Headers(init?.headers ?? (input instanceof Request ? input.headers : {})).keys()];
    withCode.push(names.some((name) => name.startsWith('otprules-')));
    return fetch(input, init);
  };
  const api = withCountersign(watched, { ask, ...more });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer rep' };
  return {
    api,
    asked,
    /** Of each request that was sent: whether a code went with it. */
    withCode,
    headers,
    note: `${url}/api/DeliveryNotes/45`,
    before: () => asked.map(({ previous }) => previous ?? null),
    save: (fields: object = DELIVERED, init: RequestInit = {}) =>
      api(`${url}/api/DeliveryNotes/45`, {
        method: 'PATCH',
        headers,
        body: JSON.stringify(fields),
        ...init,
      }),
  };
}

/** What the CRM was sent to save. */
export const savedOf = ({ tell }: Here) => tell<readonly string[]>('saved');

/** Waits for the nth request of a method at the CRM. */
export const receivedOf = ({ tell }: Here, method: string, nth: number) => tell('received', method, nth);

/** Waits until somebody was asked so often. */
export async function untilAsked(asked: readonly unknown[], times: number): Promise<void> {
  while (asked.length < times) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What a save rejects with. */
export const thrown = (response: Promise<unknown>): Promise<CountersignError | undefined> =>
  response.then(
    () => undefined,
    (error: CountersignError) => error,
  );

export const slugOf = async (response: Promise<unknown>) => {
  const error = await thrown(response);
  return error === undefined ? 'no error' : [error.name, error.slug, error.gaveUp];
};
