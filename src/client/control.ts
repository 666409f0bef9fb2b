import type { RuleRow } from '../contract.ts';
import { CountersignError } from './error.ts';
import { errorOf, refusalIn } from './refusal.ts';
import type { Repeatable } from './repeatable.ts';

type Fetch = typeof globalThis.fetch;

/** The control API, as who sent the request. */
export type Control = {
  /** Has a code sent again, bound to the values of the row. */
  resend(row: RuleRow, signal: AbortSignal): Promise<RuleRow>;
};

/** `place`: where the control API is, `/_countersign` at the origin of the request where it is left out. */
export function controlOf(fetch: Fetch, request: Repeatable, place = '/_countersign'): Control {
  const root = new URL(place, request.url).href.replace(/\/$/, '');
  const credentials = new Headers(
    [...request.headers].filter(([name]) => !/^(?:content-|otprules-)/i.test(name)),
  );
  const query =
    request.session === undefined ? '' : `?${new URLSearchParams({ sessionName: request.session })}`;

  return {
    async resend(row, signal) {
      const { rule, record = '', values } = row;
      const url = `${root}/rules/${encodeURIComponent(rule)}/records/${encodeURIComponent(record)}/code${query}`;
      const headers = new Headers(credentials);
      headers.set('Content-Type', 'application/json');
      const body = JSON.stringify(values === undefined ? {} : { values });
      const response = await fetch(url, { ...request.settings, method: 'POST', headers, body, signal });
      const refusal = await refusalIn(response);
      if (refusal) throw errorOf(refusal);
      if (response.ok) return (await response.json()) as RuleRow;
      throw new CountersignError(
        { slug: 'not-authenticated', rules: [row], response },
        `the control API answered ${response.status}`,
      );
    },
  };
}
