import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../ports.ts';
import { equal } from '../request/tokens.ts';

/** A session of somebody who had the token. Workers share no memory, so a session is a signed text that each of them can check. */
export type Sessions = {
  /** A new session. */
  open(): string;
  isOpen(session: string): boolean;
  /** It is closed in this process; in others it is good until its time is over. */
  close(session: string): void;
  /** What a page of the console says with a request that does something: only who may read the gateway's answers knows it. */
  csrfOf(whose: string): string;
  isCsrf(whose: string, given: string): boolean;
};

const LIFE_MS = 12 * 3_600_000;
const MOST_CLOSED = 10_000;

/** `seed` is what is secret: the token, or what stands in its place. */
export function createSessions(seed: string, clock: Clock): Sessions {
  const key = createHash('sha256').update(`console\n${seed}`).digest();
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  const closed = new Set<string>();
  const csrfOf = (whose: string) => sign(`csrf\n${whose}`);
  /** One session has one spelling, so that it is closed in all of them. */
  function isOpen(session: string): boolean {
    const [until = '', nonce = '', signature = '', ...others] = session.split('.');
    const isSigned = others.length === 0 && equal(signature, sign(`${until}.${nonce}`));
    return isSigned && Number.parseInt(until, 36) > clock.now() && !closed.has(session);
  }

  return {
    open() {
      const content = `${(clock.now() + LIFE_MS).toString(36)}.${randomBytes(16).toString('base64url')}`;
      return `${content}.${sign(content)}`;
    },
    isOpen,
    close(session) {
      // A text that is no open session takes no room from those that are.
      if (!isOpen(session)) return;
      closed.add(session);
      const [oldest] = closed;
      if (closed.size > MOST_CLOSED && oldest !== undefined) closed.delete(oldest);
    },
    csrfOf,
    isCsrf: (whose, given) => equal(given, csrfOf(whose)),
  };
}
