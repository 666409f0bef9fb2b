import { type ClientOptions, createConversations } from './conversation.ts';
import { repeatableOf } from './repeatable.ts';

export type { Problem, RuleRow, Slug } from '../contract.ts';
export type { Ask, AskAnswer, Challenge } from './ask.ts';
export type { ClientOptions } from './conversation.ts';
export { CountersignError } from './error.ts';

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that asks for a code where the gateway refuses a request for want of one, and sends the request again with it. It acts on
 * refusals of the gateway only; every other answer is handed on. Rejects with a `CountersignError` where no code can help, or where
 * `ask` gives up, and with the signal's reason where the request is aborted.
 */
export function withCountersign<F extends (...asked: never) => Promise<object>>(
  fetch: F,
  options: ClientOptions,
): F {
  const { bodyLimit = 1_000_000 } = options;
  // Whatever is called as `fetch` is: `undici.fetch` has types of its own.
  const plain = fetch as unknown as Fetch;
  const { send } = createConversations(options);
  const asking: Fetch = async (...asked) => send(await repeatableOf(plain, asked, bodyLimit));
  return asking as unknown as F;
}
