import { withPlainDigits } from '../likeness/digits.ts';
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
  const whole = textOf(value);
  const text = (kind === 'phone' ? whole?.replace(UNSEEN, '') : whole)?.trim();
  if (!text || /[\p{C}\u2028\u2029]/u.test(text)) return undefined;
  if (cleanOwn) return cleanOwn(text);
  if (kind === 'email') return cleanEmail(text);
  return kind === 'phone' ? cleanPhone(text) : text;
}

/**
 * Whether each CRM stores the value as it is: a text in ASCII that begins with no blank, of a number no longer than a column for one. What is no
 * ASCII is dropped by some (PHP's FILTER_SANITIZE_EMAIL), or made a `?` (Latin-1), and what is too long is cut: another address is left.
 */
export function isStoredAsIs(value: Json, kind: AddressKind): value is string {
  if (typeof value !== 'string' || (kind === 'phone' && value.length > MOST_OF_NUMBER)) return false;
  return /^[\x21-\x7e][\x20-\x7e]*$/.test(value);
}

const MOST_OF_NUMBER = 20;

/** Telephones put marks of direction around a number that somebody copies; none that turns its digits round. */
const UNSEEN = /[\u200b-\u200f\u202a-\u202c\u2060\u2066-\u2069\ufeff]/g;

/** RFC 5321 §4.1.2, the dot-string half of it: what real mailboxes look like. */
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i;

function cleanEmail(text: string): string | undefined {
  if (text.length > 254) return undefined;
  const at = text.lastIndexOf('@');
  const address = `${text.slice(0, at + 1)}${asciiDomain(text.slice(at + 1))}`;
  return address.length <= 254 && at <= 64 && EMAIL.test(address) ? address.toLowerCase() : undefined;
}

/** `bücher.example` as mail servers know it, `xn--bcher-kva.example` (RFC 5890); what is none stays as it is. */
function asciiDomain(domain: string): string {
  if (!/^(?=.*[^a-z0-9.-])[\p{L}\p{M}\p{N}.-]+$/iu.test(domain)) return domain;
  return URL.parse(`http://${domain}`)?.hostname ?? domain;
}

/** E.164: `+55 11 …`, `0055 11 …` and `+55(11)…` are one number. A number without a country is none. */
function cleanPhone(text: string): string | undefined {
  // The zero in `+49 (0)151 …` is dialled within some countries only, and which ones is not known here.
  if (/^\D*\d{1,4}\D*\(0\)/.test(text)) return undefined;
  const digits = plainPhone(text);
  return digits !== undefined && /^\+[1-9]\d{7,14}$/.test(digits) ? digits : undefined;
}

/**
 * The digits of a number as people write it, with its plus where it has one, or undefined where it may be two numbers or something
 * else. A slash stands behind the code of a town (`0151/234567`); anywhere else it would add a second number. `tel:` is that of RFC 3966.
 * Digits are those of one script: of two nobody writes a number.
 */
export function plainPhone(text: string): string | undefined {
  // A small 2 behind a number is a note to it, and no digit of it.
  if (/[\p{No}\p{Nl}]/u.test(text)) return undefined;
  const compatible = text.normalize('NFKC');
  const compact = (/\d/.test(compatible) ? compatible : withPlainDigits(compatible))
    .replace(/^tel:/i, '')
    .replace(/[\s().\-\u2010-\u2015]/g, '')
    .replace(/^00/, '+');
  return PHONE.test(compact) ? compact.replace('/', '') : undefined;
}

const PHONE = /^(?:\+?\d{1,40}|(?:\+\d{2,7}|0\d{1,6}|\d{2,4})\/\d{5,14})$/;

/**
 * Under which name messages to a clean address are counted: what stands behind a plus leads to the same mailbox (RFC 5233), and so do dots at
 * Gmail. Whoever may write an address would have as many of them as they like.
 */
export function mailboxOf(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return address;
  const domain = address.slice(at + 1).replace(/^googlemail\.com$/, 'gmail.com');
  const local = address.slice(0, at);
  const name = local.split('+')[0] || local;
  return `${domain === 'gmail.com' ? name.replaceAll('.', '') : name}@${domain}`;
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
