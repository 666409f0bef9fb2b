import type { RuleRow } from '../contract.ts';
import { pause } from './abort.ts';
import { CountersignError } from './error.ts';
import { errorOf, refusalIn } from './refusal.ts';
import type { Repeatable } from './repeatable.ts';

/** The control API, as who sent the request. */
export type Control = {
  /** Has a code sent again, bound to the values of the row. */
  resend(row: RuleRow): Promise<RuleRow>;
  /** Waits until the customer has decided on the page, or the code is over; gives how it stands then. */
  decision(row: RuleRow, signal: AbortSignal): Promise<string>;
};

/** Seconds of one call that waits. Proxies cut what is silent for a minute. */
const WAIT = 25;
/** Seconds between calls that did not wait. */
const PAUSE = 1;
/** Calls in a row that may fail: networks change, and gateways are started again. */
const FAILURES = 10;
/** Headers that are about the save, not about who asks. */
const OF_THE_SAVE = /^(?:accept$|content-|otprules-|if-|range$|prefer$|idempotency-|x-http-method|x-method)/i;

/** `place`: where the control API is, `/_countersign` at the origin of the request where it is left out. */
export function controlOf(request: Repeatable, signal: AbortSignal, place = '/_countersign'): Control {
  const root = new URL(place, request.url).href.replace(/\/$/, '');

  async function call(row: RuleRow, below: string, init: RequestInit, signal: AbortSignal): Promise<RuleRow> {
    const [rule, record] = [row.rule, row.record ?? ''].map(encodeURIComponent);
    const url = new URL(`${root}/rules/${rule}/records/${record}${below}`);
    if (request.session !== undefined) url.searchParams.set('sessionName', request.session);
    const headers = new Headers([...request.headers].filter(([name]) => !OF_THE_SAVE.test(name)));
    headers.set('Accept', 'application/json');
    if (init.body) headers.set('Content-Type', 'application/json');
    const response = await request.call(url.href, { ...init, headers, signal });
    const refusal = await refusalIn(response);
    if (refusal) throw errorOf(refusal);
    if (response.ok) return (await response.json()) as RuleRow;
    const withheld = { slug: 'record-withheld', rules: [row], response } as const;
    throw new CountersignError(withheld, `the control API answered ${response.status}`);
  }

  return {
    resend(row) {
      const { values } = row;
      return call(
        row,
        '/code',
        { method: 'POST', body: JSON.stringify(values && { values }) ?? '{}' },
        signal,
      );
    },
    async decision(row, signal) {
      for (let failures = 0; ; ) {
        const asked = Date.now();
        try {
          const { result } = await call(row, `?wait=${WAIT}`, { method: 'GET' }, signal);
          if (result !== 'living' && result !== 'in-progress') return result;
          failures = 0;
        } catch (error) {
          signal.throwIfAborted();
          failures += 1;
          const isPassing = !(error instanceof CountersignError) || error.response.status >= 500;
          if (!isPassing || failures > FAILURES) throw error;
        }
        // Where the gateway does not hold the call, or turns it away, it is not asked all the time.
        if (Date.now() - asked < PAUSE * 1000) await pause(PAUSE, signal);
      }
    },
  };
}
