import type { RuleRow, Slug, Standing } from '../contract.ts';
import { orAborted } from './abort.ts';
import { type Ask, challengeOf, nameOf } from './ask.ts';
import { type Codes, headersOf, NONE, withAnswer, without } from './codes.ts';
import { type Control, controlOf } from './control.ts';
import { createFlights, type Flight } from './flights.ts';
import { errorOf, type Refusal, refusalIn } from './refusal.ts';
import type { Repeatable } from './repeatable.ts';
import { createTurns } from './turns.ts';
import { createUnspent } from './unspent.ts';

/** What every form of the client takes. */
export type ClientOptions = {
  /** Asks a person for the code. */
  readonly ask: Ask;
  /** Where the control API is; `/_countersign` at the origin of the request where it is left out. */
  readonly control?: string;
  /** The bytes of a stream that are kept, to be sent again; 1,000,000 where it is left out. */
  readonly bodyLimit?: number;
};

/** After these the same question is asked again. */
const ASKS: readonly unknown[] = ['otp-required', 'otp-invalid', 'otp-superseded'] satisfies Slug[];
/** After these the request is sent without the code first, so that a new one is sent, and then it is asked. */
const ASKS_ANEW: readonly unknown[] = ['otp-expired', 'otp-used', 'otp-binding-mismatch'] satisfies Slug[];
/** Who answers something else than codes all the time is not asked for ever: a malformed code costs no attempt. */
const MOST_QUESTIONS = 20;

/** Sends requests, and asks for codes where the gateway refuses them for want of one. */
export type Conversations = {
  /** Sends a request, with the codes that an identical one before it left unspent. */
  send(request: Repeatable): Promise<Response>;
  /** Goes on from an answer that is there already, to a request that was sent without codes. */
  goOn(request: Repeatable, response: Response): Promise<Response>;
};

/** Conversations with nothing under way. Requests that are equal, and those of one record, know of each other within them. */
export function createConversations({ ask, control: place }: ClientOptions): Conversations {
  const inTurn = createTurns();
  const inFlight = createFlights();
  const unspent = createUnspent();

  async function sendWith(request: Repeatable, codes: Codes): Promise<Response> {
    const response = await request.send(headersOf(codes));
    unspent.note(request, codes, response);
    return response;
  }

  async function answered(
    request: Repeatable,
    flight: Flight,
    codes: Codes,
    response: Response,
  ): Promise<Response> {
    const refusal = await refusalIn(response);
    if (!refusal) return response;
    return inTurn(request, refusal, async (isFirst) => {
      if (flight.gaveUp) throw errorOf(refusal, true);
      if (isFirst) return converse(request, flight, codes, refusal);
      // Mostly nothing is left to change, and no rule applies any more.
      const again = await sendWith(request, NONE);
      const refusedAgain = await refusalIn(again);
      return refusedAgain ? converse(request, flight, NONE, refusedAgain) : again;
    });
  }

  /** Asks, sends with the answer, and again, until the answer is the CRM's or nothing can be asked. */
  async function converse(
    request: Repeatable,
    flight: Flight,
    sent: Codes,
    first: Refusal,
  ): Promise<Response> {
    const signal = request.signal ?? new AbortController().signal;
    const control = controlOf(request, signal, place);
    let [codes, refusal] = [sent, first];
    let previous: Slug | undefined;
    for (let questions = 0; ; ) {
      signal.throwIfAborted();
      const spent = refusal.rules.filter((row) => ASKS_ANEW.includes(row.result));
      const left = without(codes, spent);
      if (ASKS_ANEW.includes(refusal.slug)) {
        // Sent without a code, and still told of one: asking would never end.
        if (left.size === codes.size) throw errorOf(refusal);
        previous = refusal.slug;
        codes = left;
      } else {
        const rows = refusal.rules.filter((row) => isWanted(row, left));
        const isOver = rows.some(isExhausted) || questions === MOST_QUESTIONS;
        if (request.isOnce || !ASKS.includes(refusal.slug) || rows.length === 0 || isOver)
          throw errorOf(refusal);
        if (refusal.slug !== 'otp-required') previous = refusal.slug;
        questions += 1;
        const resend = resendOf(rows, refusal, control);
        // Told to wait, nobody was sent a code: that of other values is out.
        const isOut = refusal.slug !== 'otp-required' || refusal.retryAfter === undefined;
        const challenge = challengeOf(rows, isOut, { previous, resend, signal });
        const answer = await orAborted(ask(challenge), signal);
        if (answer === 'wait') {
          previous = (await decisionOn(rows, control, signal)) === 'expired' ? 'otp-expired' : undefined;
          codes = left;
        } else {
          const given = withAnswer(left, rows, answer);
          flight.gaveUp = !given;
          if (!given) throw errorOf(refusal, true);
          codes = given;
        }
      }
      const response = await sendWith(request, codes);
      const next = await refusalIn(response);
      if (!next) return response;
      refusal = next;
    }
  }

  return {
    send: (request) =>
      inFlight(request, async (flight) => {
        const codes = unspent.of(request);
        return answered(request, flight, codes, await sendWith(request, codes));
      }),
    goOn: (request, response) =>
      inFlight(request, async (flight) => {
        const codes = unspent.of(request);
        return codes.size > 0 && (await refusalIn(response))
          ? answered(request, flight, codes, await sendWith(request, codes))
          : answered(request, flight, NONE, response);
      }),
  };
}

/** A code is wanted where it was judged and not taken, or where nobody was asked for it yet. */
function isWanted(row: RuleRow, codes: Codes): boolean {
  return row.result === 'not-checked' ? !codes.has(nameOf(row)) : ASKS.includes(row.result);
}

/** The last attempt is gone: whatever is entered is refused. */
function isExhausted({ result, attempts_remaining: left }: RuleRow): boolean {
  return result === 'otp-invalid' && left === 0;
}

function resendOf(rows: readonly RuleRow[], refusal: Refusal, control: Control) {
  return async (rule?: string): Promise<RuleRow> => {
    const row = rows.find((one) => rule === undefined || one.rule === rule || nameOf(one) === rule);
    // The control API asks about records of the rule's own module, and about stored ones.
    if (!row || row.module !== undefined || row.record === undefined) throw errorOf(refusal);
    return control.resend(row);
  };
}

/** As these stand, the save passes without a code. */
const PASSES: readonly string[] = ['approved', 'overridden'] satisfies Standing[];

/** How the customer decided: `approved` where that holds of every row, else what the first other one says. */
async function decisionOn(rows: readonly RuleRow[], control: Control, signal: AbortSignal): Promise<string> {
  const enough = new AbortController();
  const stop = () => enough.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      const waits = rows.map(async (row) => {
        const result = await control.decision(row, enough.signal);
        if (!PASSES.includes(result)) resolve(result);
      });
      Promise.all(waits).then(() => resolve('approved'), reject);
    });
  } finally {
    signal.removeEventListener('abort', stop);
    enough.abort();
  }
}
