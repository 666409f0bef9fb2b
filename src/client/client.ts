import type { RuleRow, Slug } from '../contract.ts';
import { type Ask, challengeOf, nameOf } from './ask.ts';
import { type Codes, headersOf, withAnswer } from './codes.ts';
import { controlOf } from './control.ts';
import { errorOf, type Refusal, refusalIn } from './refusal.ts';
import { type Repeatable, repeatableOf } from './repeatable.ts';

export type { Problem, RuleRow, Slug } from '../contract.ts';
export type { Ask, AskAnswer, Challenge } from './ask.ts';
export { CountersignError } from './error.ts';

type Fetch = typeof globalThis.fetch;

export type ClientOptions = {
  /** Asks a person for the code. */
  readonly ask: Ask;
  /** Where the control API is; `/_countersign` at the origin of the request where it is left out. */
  readonly control?: string;
  /** The bytes of a stream that are kept, to be sent again; 1,000,000 where it is left out. */
  readonly bodyLimit?: number;
};

/** After these the same question is asked again. */
const ASKS: readonly Slug[] = ['otp-required', 'otp-invalid', 'otp-superseded'];
/** After these the request is sent without a code first, so that a new one is sent, and then it is asked. */
const ASKS_ANEW: readonly Slug[] = ['otp-expired', 'otp-used', 'otp-binding-mismatch'];
const NONE: Codes = new Map();
/** Codes of requests that are never sent again are forgotten. */
const MOST_UNSPENT = 100;

/**
 * A `fetch` that asks for a code where the gateway refuses a request for want of one, and sends the request again with it. It acts on
 * refusals of the gateway only; every other answer is handed on. Rejects with a `CountersignError` where no code can help, or where
 * `ask` gives up, and with the signal's reason where the request is aborted.
 */
export function withCountersign(fetch: Fetch, { ask, control, bodyLimit = 1_000_000 }: ClientOptions): Fetch {
  /** Requests about which somebody is being asked, until they are over. */
  const asking = new Map<string, Promise<unknown>>();
  /** Codes that a save of the same request may still need: it was not saved, or nobody knows. */
  const unspent = new Map<string, Codes>();

  return async (...asked) => {
    const request = await repeatableOf(fetch, asked, bodyLimit);
    const { identity } = request;
    const held = (identity !== undefined && unspent.get(identity)) || NONE;
    const response = await request.send(headersOf(held));
    const refusal = await refusalIn(response);
    if (!refusal) return settled(request, held, response);
    if (identity === undefined) return converse(request, held, refusal);
    const before = asking.get(identity);
    // Equal saves share one question: the others go when it is answered, and mostly find that nothing is left to change.
    const conversation = before
      ? orAborted(before, signalOf(request)).then(() => retry(request))
      : converse(request, held, refusal);
    const over = conversation.catch(() => undefined);
    asking.set(identity, over);
    over.then(() => asking.get(identity) === over && asking.delete(identity));
    return conversation;
  };

  async function retry(request: Repeatable): Promise<Response> {
    const response = await request.send();
    const refusal = await refusalIn(response);
    return refusal ? converse(request, NONE, refusal) : response;
  }

  /** Asks, sends with the answer, and again, until the answer is the CRM's or nothing can be asked. */
  async function converse(request: Repeatable, held: Codes, first: Refusal): Promise<Response> {
    const signal = signalOf(request);
    const { resend } = controlOf(fetch, request, control);
    let codes = held;
    let refusal = first;
    let previous: Slug | undefined;
    for (;;) {
      signal.throwIfAborted();
      if (request.isOnce) throw errorOf(refusal);
      if (ASKS_ANEW.includes(refusal.slug)) {
        previous = refusal.slug;
        codes = NONE;
      } else {
        const rows = refusal.rules.filter((row) => isWanted(row, codes));
        if (!ASKS.includes(refusal.slug) || rows.length === 0 || rows.some(isOver)) throw errorOf(refusal);
        if (refusal.slug !== 'otp-required') previous = refusal.slug;
        const again = (rule?: string) => {
          const row = rows.find((one) => rule === undefined || one.rule === rule || nameOf(one) === rule);
          // The control API asks about records of the rule's own module: for another, the save asks.
          return row && row.module === undefined ? resend(row, signal) : Promise.reject(errorOf(refusal));
        };
        const answer = await orAborted(ask(challengeOf(rows, { previous, resend: again, signal })), signal);
        const given = withAnswer(codes, rows, answer);
        if (!given) throw errorOf(refusal, true);
        codes = given;
      }
      const response = await request.send(headersOf(codes));
      const next = await refusalIn(response);
      if (!next) return settled(request, codes, response);
      if (isRepeated(refusal, next)) throw errorOf(next);
      remember(request, codes, next.response);
      refusal = next;
    }
  }

  function settled(request: Repeatable, codes: Codes, response: Response): Response {
    remember(request, codes, response);
    return response;
  }

  /** Keeps codes that were given back, or are held for the identical request, until it is sent again. */
  function remember({ identity }: Repeatable, codes: Codes, { headers }: Response): void {
    if (identity === undefined) return;
    const isUnspent = ['kept', 'held'].includes(headers.get('OTPRULES-Code') ?? '');
    unspent.delete(identity);
    if (!isUnspent || codes.size === 0) return;
    unspent.set(identity, codes);
    const [oldest] = unspent.keys();
    if (unspent.size > MOST_UNSPENT && oldest !== undefined) unspent.delete(oldest);
  }
}

/** A code is wanted where it was judged and not taken, or where nobody was asked for it yet. */
function isWanted(row: RuleRow, codes: Codes): boolean {
  return row.result === 'not-checked' ? !codes.has(nameOf(row)) : ASKS.includes(row.result as Slug);
}

/** The last attempt is gone: whatever is entered is refused. */
function isOver({ result, attempts_remaining: left }: RuleRow): boolean {
  return result === 'otp-invalid' && left === 0;
}

/** Sent without a code, and still told of one: asking would never end. */
function isRepeated(one: Refusal, other: Refusal): boolean {
  return ASKS_ANEW.includes(one.slug) && ASKS_ANEW.includes(other.slug);
}

const signalOf = ({ signal }: Repeatable) => signal ?? new AbortController().signal;

function orAborted<T>(value: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    Promise.resolve(value)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
