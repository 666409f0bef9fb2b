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
