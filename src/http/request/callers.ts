import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { type CallerSource, unknownCaller } from '../../core/saving/caller.ts';
import type { Caller } from '../../core/saving/save.ts';
import { canonical, type Headers, valuesOf } from '../../core/wire/headers.ts';
import { at, jsonObjectOf, textOf } from '../../core/wire/json.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Origin } from './origin.ts';

/** Finds out who asks. */
export type Callers = {
  /** Whether there is a source that could tell. */
  readonly haveSources: boolean;
  /** What can be verified of the caller, by the first source that can; the rest is empty. Never rejects. */
  callerOf(headers: Headers, origin: Origin): Promise<Caller>;
};

type Read = (headers: Headers, origin: Origin) => Promise<Caller | undefined>;

/** Finds out who asks by these sources, in their order. What a source cannot verify is logged, and the next one is asked. */
export function createCallers(sources: readonly CallerSource[], clock: Clock, log: Log): Callers {
  const readers = sources.map((source) => readerOf(source, clock, log));
  return {
    haveSources: sources.length > 0,
    async callerOf(headers, origin) {
      for (const read of readers) {
        const caller = await read(headers, origin);
        if (caller) return caller;
      }
      return unknownCaller(origin.ip);
    },
  };
}

function readerOf(source: CallerSource, clock: Clock, log: Log): Read {
  switch (source.kind) {
    case 'jwt':
      return tokenReader(source, clock, log);
    case 'basic':
      return async (headers, { ip }) => {
        const claimed = basicNameOf(headers);
        return claimed === undefined ? undefined : { ...unknownCaller(ip), claimed };
      };
    case 'header':
      return async (headers, { ip, isFromProxy }) => {
        const user = isFromProxy ? onlyValueOf(headers, source.name) : undefined;
        return user ? { ...unknownCaller(ip), user } : undefined;
      };
  }
}

/** Of a shared secret and of a pair of keys each its own algorithms: a public key is never taken for a secret (RFC 8725 §2.1). */
const SYMMETRIC = ['HS256', 'HS384', 'HS512'];
const ASYMMETRIC = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const KEYS_TIMEOUT_MS = 3_000;

function tokenReader(source: Extract<CallerSource, { kind: 'jwt' }>, clock: Clock, log: Log): Read {
  const { keys, issuer, audience } = source;
  const isShared = 'secret' in keys;
  const secret = isShared ? Buffer.from(keys.secret) : undefined;
  // Loaded by who has such a source, beside the rest of the start.
  const jose = import('jose');
  const remote = isShared
    ? undefined
    : jose.then(({ createRemoteJWKSet }) =>
        createRemoteJWKSet(new URL(keys.jwksUrl), { timeoutDuration: KEYS_TIMEOUT_MS }),
      );
  const keyFor: JWTVerifyGetKey = async (header, token) => {
    if (secret) return secret;
    if (!remote) throw new TypeError('a token source has a secret or an address of keys');
    return (await remote)(header, token);
  };
  const options = {
    algorithms: isShared ? SYMMETRIC : ASYMMETRIC,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  return async (headers, { ip, requestId }) => {
    const token = credentialsOf(headers, 'bearer');
    if (token === undefined) return undefined;
    try {
      const { jwtVerify } = await jose;
      const { payload } = await jwtVerify(token, keyFor, { ...options, currentDate: new Date(clock.now()) });
      return callerIn(payload, source, ip);
    } catch (err) {
      log.info({ err, request: requestId }, 'a token could not be verified');
      return undefined;
    }
  };
}

function callerIn(
  payload: JWTPayload,
  source: { readonly user: string; readonly role?: string },
  ip: string,
): Caller | undefined {
  const claims = jsonObjectOf(payload);
  const text = (pointer: string | undefined): string =>
    pointer === undefined ? '' : (textOf(at(claims, pointer)) ?? '');
  const user = text(source.user);
  return user === '' ? undefined : { ip, user, role: text(source.role), claims };
}

/** What follows the scheme in the only `Authorization` of the request. */
function credentialsOf(headers: Headers, scheme: string): string | undefined {
  const [found, ...others] =
    /^(\S+) +(\S+) *$/.exec(onlyValueOf(headers, 'authorization') ?? '')?.slice(1) ?? [];
  return found?.toLowerCase() === scheme ? others[0] : undefined;
}

/** The user of Basic credentials (RFC 7617 §2). */
function basicNameOf(headers: Headers): string | undefined {
  const text = Buffer.from(credentialsOf(headers, 'basic') ?? '', 'base64').toString();
  const end = text.indexOf(':');
  return end > 0 ? text.slice(0, end) : undefined;
}

/** The header's value, where it stands once and no other name resembles it. */
function onlyValueOf(headers: Headers, name: string): string | undefined {
  const alike = headers.filter(([other]) => canonical(other) === canonical(name));
  const [value] = valuesOf(headers, name.toLowerCase());
  return alike.length === 1 ? value?.trim() : undefined;
}
