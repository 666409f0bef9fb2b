import { vi } from 'vitest';
import { type Ask, type Challenge, type ClientOptions, withCountersign } from '../../src/client/client.ts';
import { openWorld, type World, type WorldOptions } from '../harness/world.ts';

export const DELIVERED = { status: 'Delivered' };

/** A code of the same length that is not this one. */
export const otherThan = (code: string) => code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));

/** Whoever is asked: with the challenge, the world that they are in, and how often they were asked. */
export type Person = (challenge: Challenge, world: World, asked: number) => ReturnType<Ask>;

/** Reads the code from the outbox. */
export const reader: Person = (_, { code }) => code();

/** A world, and a client in it that is asked as the test says. */
export async function open(
  answer: Person,
  options: WorldOptions = {},
  more: Omit<ClientOptions, 'ask'> = {},
) {
  const world = await openWorld(options);
  const ask = vi.fn((challenge: Challenge) => answer(challenge, world, ask.mock.calls.length));
  const api = withCountersign(fetch, { ask, ...more });
  const save = (id: string, fields: object, init: RequestInit = {}) =>
    api(`${world.url}/api/DeliveryNotes/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', authorization: 'Bearer rep' },
      body: JSON.stringify(fields),
      ...init,
    });
  return {
    world,
    ask,
    api,
    save,
    saved: () => world.crm.received.filter(({ method }) => method === 'PATCH'),
    /** `previous` of each question, in order. */
    before: () => ask.mock.calls.map(([{ previous }]) => previous),
  };
}

/** What a promise rejects with; undefined where it does not. */
export const thrown = (response: Promise<unknown>) =>
  response.then(
    () => undefined,
    (error: unknown) => error,
  );
