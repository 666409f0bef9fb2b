import type { Caller } from './save.ts';

/** Where a caller's name may come from. The first source that can verify one is believed. */
export type CallerSource =
  | {
      readonly kind: 'jwt';
      /** Where the keys are, or a shared secret, which is not enumerable. */
      readonly keys: { readonly jwksUrl: string } | { readonly secret: string };
      readonly issuer?: string;
      readonly audience?: string;
      /** JSON pointers into the claims. */
      readonly user: string;
      readonly role?: string;
    }
  /** A name that the CRM has to vouch for. */
  | { readonly kind: 'basic' }
  /** A header that a trusted proxy sets. */
  | { readonly kind: 'header'; readonly name: string };

/** Somebody of whom nothing but the address is known. */
export function unknownCaller(ip: string): Caller {
  return { ip, user: '', role: '', claims: new Map() };
}

/**
 * Where an address counts as being: an IPv6 address is one of the 2^64 that its holder may take, so all of a /64 are one place (RFC 6177).
 */
export function placeOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.toLowerCase().replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end takes the room of two groups.
  const length = before.length + after.length + (/\./.test(ip) ? 1 : 0);
  const groups =
    tail === undefined ? before : [...before, ...Array(Math.max(0, 8 - length)).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
