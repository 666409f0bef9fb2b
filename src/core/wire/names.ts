import { isObject, type Json } from './json.ts';

/** Names that are compared as they are; all others are unfolded letter by letter. */
const PLAIN = /^[A-Za-z0-9_-]{0,100}$/;
/** Symbols of all names together that are not plain. */
const MOST_ODD = 32_768;
/** Different names in one document. No honest record has so many, and each costs as much as a small record. */
const MOST_NAMES = 2000;

/**
 * Counts the names of a document, each once: a list of a thousand records has its names a thousand times. In how many ways somebody might
 * read a name is looked at before anybody has shown that they may ask, and there are few in honest documents.
 */
export class Names {
  /** Plain ones as they come, again and again: nearly all documents have fewer than it would take to look at. */
  private readonly early: string[] = [];
  private plain: Set<string> | undefined;
  private readonly odd = new Set<string>();
  private characters = 0;

  /** Why there is no room for this one; undefined where there is. */
  faultOf(name: string): string | undefined {
    if (PLAIN.test(name)) {
      if (this.plain) this.plain.add(name);
      else this.early.push(name);
    } else if (!this.odd.has(name)) {
      this.odd.add(name);
      this.characters += name.length;
      if (this.characters > MOST_ODD) return TOO_ODD;
    }
    if (this.early.length + this.odd.size <= MOST_NAMES) return undefined;
    this.plain ??= new Set(this.early);
    return this.plain.size + this.odd.size > MOST_NAMES ? TOO_MANY : undefined;
  }
}

const TOO_MANY = `it has more than ${MOST_NAMES} different names`;
const TOO_ODD = 'too many of its names are long, or have more than plain letters, digits, "_" and "-"';

/** Names that reach an object's prototype in JavaScript back ends (CVE-2019-10744 and its kind). */
export function pollutes(name: string, value: Json): boolean {
  if (name === '__proto__') return true;
  return (name === 'constructor' || name === 'prototype') && isObject(value);
}
