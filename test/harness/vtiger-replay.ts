import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type RawAnswer, rawRequest, sendRaw } from './raw.ts';
import type { VtigerOptions } from './vtiger-crm.ts';
import { LIMITED_SESSION, SECOND_SESSION, SESSION, type VtigerCrm } from './vtiger-state.ts';

/** A request to a running Vtiger 8.0.0, and what of its answer the stand-in has to repeat. `stored` is the ticket's status behind it. */
export type Recorded = {
  readonly name: string;
  /** A: as shipped, on PHP 8. B: with positional arguments. C: PHP without a php.ini. 8.4: the later JSON decoder. */
  readonly server: 'A' | 'B' | 'C' | '8.4';
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | { readonly base64: string };
  readonly status: number;
  readonly success?: boolean;
  readonly code?: string | number;
  readonly id?: string;
  readonly rows?: number;
  readonly stored?: string;
  /** Whether it goes on from where the request before it left the ticket; else the ticket is open. */
  readonly continues?: boolean;
};

const FILE = new URL('../dialects/vtiger-traffic.json', import.meta.url);
export const RECORDED = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Recorded[];
/** The servers of the recording, as options of the stand-in. */
export const SERVERS: Readonly<Record<Recorded['server'], VtigerOptions>> = {
  A: {},
  B: { positional: true },
  C: { cookiesAreParameters: true },
  '8.4': { decoder: '8.4' },
};

/** Sends a recorded request to a port, with sessions and keys of this stand-in. */
export function sendRecorded(row: Recorded, { state }: VtigerCrm, port: number): Promise<RawAnswer> {
  const user = /username=(\w+)/.exec(String(row.body))?.[1] ?? '';
  const secret = `${state.tokens.get(user)}${state.users[user]}`;
  const key = createHash('md5').update(secret).digest('hex');
  const fill = (text: string) =>
    text
      .replaceAll('{{HOST}}', 'crm.test')
      .replaceAll('{{SESSION_LIMITED}}', LIMITED_SESSION)
      .replaceAll('{{MD5_TOKEN_ACCESSKEY}}', key)
      .replaceAll('{{SESSION2}}', SECOND_SESSION)
      .replace(/\{\{(?:SESSION\d?|PHPSESSID)\}\}/g, SESSION)
      .replace('j3=1&…&', Array.from({ length: 996 }, (_, index) => `j${index + 3}=1&`).join(''));
  const body = typeof row.body === 'string' ? fill(row.body) : Buffer.from(row.body.base64, 'base64');
  // An answer to HEAD names a length and has no body: its end is that of the connection.
  const headers = ['Connection: close', ...row.headers.map(([name, value]) => `${name}: ${fill(value)}`)];
  return sendRaw(port, rawRequest(`${row.method} ${fill(row.path)}`, headers, body));
}
