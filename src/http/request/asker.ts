import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { personOf } from '../../core/rule/override.ts';
import { placeOf, unknownCaller } from '../../core/saving/caller.ts';
import type { Asker } from '../../core/saving/save.ts';
import { canonical, type Headers, valuesOf } from '../../core/wire/headers.ts';
import { traceContextOf } from '../../core/wire/trace-context.ts';
import type { Exchange } from './exchange.ts';
import type { Origin } from './origin.ts';

/** Who asks, as far as it was found out by now, and what they bring along. */
export function askerOf(exchange: Exchange): Asker {
  const { method, target, headers, origin } = exchange;
  return {
    caller: exchange.caller ?? unknownCaller(origin.ip),
    principal: () => principalOf(exchange),
    grant: grantIn(headers),
    request: { id: origin.requestId, method, path: target.path },
    trace: traceContextOf(headers),
  };
}

/** Who sent a request that cannot even be read, as far as that is known. */
export function strangerOf({ method = '', url = '' }: IncomingMessage, { ip, requestId }: Origin): Asker {
  const [path = ''] = url.split('?');
  return {
    caller: unknownCaller(ip),
    principal: () => placeOf(ip),
    request: { id: requestId, method, path },
  };
}

/**
 * Under which name the caller's requests are counted: their verified name, in whatever spelling a directory takes for it, else their credentials, or where there are none, their
 * address. A session of the CRM is no name: whoever is refused could log in anew, and be another. Nor is the name of Basic
 * credentials, before they are checked: anybody could use up what another may ask for.
 */
function principalOf({ headers, origin, caller }: Exchange): string {
  if (caller?.user) return `user\n${personOf(caller.user)}`;
  const [authorization] = valuesOf(headers, 'authorization');
  return authorization === undefined ? placeOf(origin.ip) : credentialOf(authorization);
}

/** Credentials without what a caller may spell freely: blanks, the scheme's case, a JWT's signature. */
function credentialOf(authorization: string): string {
  const [scheme = '', ...rest] = authorization.trim().split(/\s+/);
  const token = rest.join('');
  if (/^basic$/i.test(scheme)) return `basic ${basicOf(Buffer.from(token, 'base64'))}`;
  const [head, claims, ...signature] = token.split('.');
  return `${scheme.toLowerCase()} ${signature.length === 1 ? `${head}.${claims}` : token}`;
}

/**
 * A name, in any spelling and encoding of it, with its password: a CRM that goes by a session looks at neither, and whoever knows the name alone
 * is another caller.
 */
function basicOf(bytes: Buffer): string {
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  const [name = '', ...password] = text.split(':');
  return `${personOf(name)}\n${password.join(':').normalize('NFC')}`;
}

/** The token of a grant. Two are none: they could be read as one or the other. */
function grantIn(headers: Headers): string | undefined {
  const [token, ...others] = headers.filter(([name]) => canonical(name) === 'otprules-grant');
  return others.length === 0 ? token?.[1] : undefined;
}
