import { readFileSync } from 'node:fs';
import { type RawAnswer, rawRequest, sendRaw } from './raw.ts';
import { newSession } from './vtiger-login.ts';
import { fill, type Placeholders } from './vtiger-placeholders.ts';
import type { VtigerOptions } from './vtiger-request.ts';
import type { VtigerState } from './vtiger-state.ts';

/** A request to a running Vtiger 8.0.0, and its answer. */
export type Recorded = {
  readonly name: string;
  /** A: as shipped, on PHP 8. B: with positional arguments. C: PHP without a php.ini. 8.4: B with the later JSON decoder. */
  readonly server: 'A' | 'B' | 'C' | '8.4';
  /** What was done before it without being recorded. See `prepare`. */
  readonly before?: readonly string[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Headers;
    readonly body: string | { readonly base64: string };
  };
  readonly response: { readonly status: number; readonly headers: Headers; readonly body: string };
  /** The status behind it of tickets, by number, as it stood in the database. */
  readonly stored?: Readonly<Record<string, string>>;
};
type Headers = readonly (readonly [name: string, value: string])[];

const FILE = new URL('../dialects/vtiger-traffic.json', import.meta.url);
/** All 502, in the order in which they were sent. */
export const RECORDED = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Recorded[];

/** The servers of the recording, as options of the stand-in. They had one database. */
export const SERVERS: Readonly<Record<Recorded['server'], VtigerOptions>> = {
  A: {},
  B: { positional: true },
  C: { cookiesAreParameters: true },
  '8.4': { positional: true, decoder: '8.4' },
};

/**
 * Does what was done by hand: `open` sets the ticket to open; `description` writes one, as the last of fifteen revises did that are
 * not in the recording; `session` logs in once more; `wait` lets seconds pass; `idle` and `expired` write an end into a session,
 * that is over.
 */
export function prepare(step: string, state: VtigerState, known: Placeholders): void {
  const [verb, word = ''] = step.split(' ');
  const ticket = state.records.get(5)?.fields ?? {};
  const session = state.sessions.get(known.get(word) ?? '') ?? {};
  const { now } = state.clock;
  if (verb === 'open') ticket['ticketstatus'] = 'Open';
  else if (verb === 'description') ticket['description'] = word;
  else if (verb === 'wait') state.clock.now += Number(word);
  else if (verb === 'idle') session.idleAt = now - 1;
  else if (verb === 'expired') session.expiresAt = now - 1;
  else if (verb === 'session') {
    const [admin] = state.users;
    const name = newSession(state);
    if (admin) state.sessions.set(name, { webservice: admin });
    known.set(word, name);
  } else throw new Error(`nobody knows how to ${step}`);
}

/** Sends a recorded request to a port, with the secrets of this installation. */
export function sendRecorded(
  { request }: Recorded,
  known: Placeholders,
  state: VtigerState,
  port: number,
): Promise<RawAnswer> {
  const { method, path, headers, body } = request;
  const own = (text: string) => fill(text, known, state);
  const bytes = typeof body === 'string' ? own(withoutEllipses(body)) : Buffer.from(body.base64, 'base64');
  // An answer to HEAD names a length and has no body: its end is that of the connection.
  const lines = ['Connection: close', ...headers.map(([name, value]) => `${name}: ${own(value)}`)];
  return sendRaw(port, rawRequest(`${method} ${own(path)}`, lines, bytes));
}

/** What was cut out of long requests. */
function withoutEllipses(body: string): string {
  const numbered = Array.from({ length: 996 }, (_, index) => `j${index + 3}=1&`).join('');
  return body.replace('j3=1&…&', () => numbered).replace('xxxx…(9 MiB)…', () => 'x'.repeat(9 * 1024 * 1024));
}
