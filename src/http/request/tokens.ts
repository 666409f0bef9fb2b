import { createHash, timingSafeEqual } from 'node:crypto';

/** The token that a request brings in its head. */
export function bearerIn(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** Compared by digest, so that the time it takes tells neither length nor beginning. */
export function equal(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
