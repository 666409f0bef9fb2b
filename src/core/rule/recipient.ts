import { type Json, textOf } from '../wire/json.ts';

/** What kind of address a channel takes. */
export type AddressKind = 'email' | 'phone' | 'opaque';

/**
 * The one clean address in a record's field, in the form in which it is counted and fingerprinted, or undefined. Lists,
 * display names, comments, line breaks and `phone-context` are no clean address: whoever can write the field could add a
 * second recipient with them. `cleanOwn` is a channel's own way to clean one line.
 */
export function cleanAddress(
  value: Json | undefined,
  kind: AddressKind,
  cleanOwn?: (line: string) => string | undefined,
): string | undefined {
  const text = textOf(value)?.trim();
  if (!text || /[\p{C}\u2028\u2029]/u.test(text)) return undefined;
  if (cleanOwn) return cleanOwn(text);
  if (kind === 'email') return cleanEmail(text);
  return kind === 'phone' ? cleanPhone(text) : text;
}

/** RFC 5321 §4.1.2, the dot-string half of it: what real mailboxes look like. */
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i;

function cleanEmail(text: string): string | undefined {
  return text.length <= 254 && text.indexOf('@') <= 64 && EMAIL.test(text) ? text.toLowerCase() : undefined;
}

/** E.164: `+55 11 …`, `0055 11 …` and `+55(11)…` are one number. A number without a country is none. */
function cleanPhone(text: string): string | undefined {
  const digits = text.replace(/[\s().\-\u2010-\u2015\u00a0]/g, '').replace(/^00/, '+');
  return /^\+[1-9]\d{7,14}$/.test(digits) ? digits : undefined;
}

/** What may be shown of an address: the last two digits, or the first letter and the domain's ending. Its length is not kept. */
export function mask(address: string): string {
  const at = address.lastIndexOf('@');
  if (at > 0) {
    const ending = address.slice(address.lastIndexOf('.') + 1);
    return at >= 3 ? `${address[0]}***@***.${ending}` : `***@***.${ending}`;
  }
  return address.length >= 6 ? `***${address.slice(-2)}` : '***';
}
