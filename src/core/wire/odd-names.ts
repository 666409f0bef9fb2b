import { isObject, type Json } from './json.ts';

/** Names that are compared as they are; all others are unfolded letter by letter. */
const PLAIN = /^[A-Za-z0-9_-]{0,100}$/;
/** A list of a thousand records has its names a thousand times, and they count once. */
const MOST_CHARACTERS = 32_768;

/**
 * Counts the characters of names that are not plain or long, each name once. There are few of them in honest documents, and each costs time
 * before anybody has shown that they may ask.
 */
export class OddNames {
  private readonly seen = new Set<string>();
  private characters = 0;

  /** Whether there is still room with this one. */
  takes(name: string): boolean {
    if (PLAIN.test(name) || this.seen.has(name)) return true;
    this.seen.add(name);
    this.characters += name.length;
    return this.characters <= MOST_CHARACTERS;
  }
}

/** Why a document is refused that has more of them. */
export const TOO_ODD = 'too many of its names are long, or have more than plain letters, digits, "_" and "-"';

/** Names that reach an object's prototype in JavaScript back ends (CVE-2019-10744 and its kind). */
export function pollutes(name: string, value: Json): boolean {
  if (name === '__proto__') return true;
  return (name === 'constructor' || name === 'prototype') && isObject(value);
}
