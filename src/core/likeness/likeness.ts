import { remembered, rememberedFew } from '../remembered.ts';
import {
  isEmpty,
  isNumber,
  isScalar,
  type Json,
  type JsonObject,
  type Scalar,
  textOf,
} from '../wire/json.ts';
import { isSameJson } from '../wire/same-json.ts';
import { isDate, isSameMoment, mayBeDate } from './dates.ts';
import { bareOf, fold, foldMarked, foldName, headsOf, isUnreadablyLong } from './fold.ts';
import { isNumeric, mayBeNumber, mayRound, plainNumberOf } from './numbers.ts';
import { namesLike } from './resemblance.ts';
import { isDisputed, truthIn, truthOfNumber } from './truths.ts';

/**
 * Whether a new value might be stored as the wanted one. Loose: a doubt is a yes, because the rule then applies.
 * A wrong type is such a doubt: a list, an object, a number where a text is wanted (an ENUM takes `2` for its second value).
 * `target` is what is wanted, folded.
 */
export function mayBecome(value: Json, wanted: Scalar, target = fold(textOf(wanted) ?? '')): boolean {
  if (!isScalar(value)) return true;
  const given = textOf(value) ?? '';
  if (isUnreadablyLong(given)) return true;
  const text = fold(given);
  if (isEmpty(wanted)) return value === false || text === '' || NOTHING.test(text);
  if (
    text === target ||
    isBare(text, target) ||
    cutTo(given, target) ||
    (given.includes('+') && isFormText(given, target))
  )
    return true;
  if (isDate(target) && mayBeDate(given, target)) return true;
  if (isNumeric(target)) return mayCount(value, Number(target));
  if (typeof wanted === 'boolean' && isNumber(value))
    return (truthOfNumber(value.lexeme) ?? wanted) === wanted;
  if (typeof wanted === 'boolean') return (truthIn(given) ?? wanted) === wanted;
  return isNumeric(text) || (typeof value !== 'string' && value !== null);
}

/** What some CRM takes for nothing beside the empty text: the word, a date of zeros. */
const NOTHING = /^(?:null|false|0000-00-00.*)$/;

/** Whether some reader may find the number in a value. A text that is a truth is 1 or 0, any other without digits 0. */
function mayCount(value: Scalar, wanted: number): boolean {
  if (isNumber(value))
    return !Number.isFinite(Number(value.lexeme)) || mayRound(Number(value.lexeme), wanted);
  const text = textOf(value) ?? '';
  if (mayBeNumber(text, wanted)) return true;
  if (/\d/.test(text)) return false;
  return isDisputed(text) ? wanted === 0 || wanted === 1 : Number(truthIn(text) ?? false) === wanted;
}

/**
 * Whether two folded texts are one to readers that go by letters and digits alone, as Spring does with the values of an enum, or that read a
 * text as a list or in quotes: `closed_won`, `Delivered;Delivered`, `["Delivered"]`.
 */
function isBare(text: string, target: string): boolean {
  const [given, wanted] = [ofGiven(text), ofWanted(target)];
  return given.bare === wanted.bare || (given.list !== undefined && given.list === wanted.list);
}

const ofGiven = rememberedFew(barelyRead);
const ofWanted = remembered(barelyRead);

/** A text without what is neither letter nor digit; as a list, the items of a multiple choice, which databases store once each, in their own order. */
function barelyRead(text: string): { readonly bare: string; readonly list?: string } {
  const bare = bareOf(text);
  const items = text.split(/[;,|]/).map(bareOf);
  const list = [...new Set(items)].filter((item) => /[\p{L}\p{N}]/u.test(item)).sort();
  return list.length === 0 ? { bare } : { bare, list: list.join('\n') };
}

/** A few values are held against one rule after the other. */
const headsOfGiven = rememberedFew((text) => ({ heads: headsOf(text) }));

/** Whether a column that is too short for the whole text may keep what folds to `target`. */
function cutTo(text: string, target: string): boolean {
  const { heads } = headsOfGiven(text);
  return heads?.includes(target) ?? true;
}

/** Whether a value that was encoded twice for a form says so: `In+Progress`. */
function isFormText(text: string, target: string): boolean {
  return fold(text.replaceAll('+', ' ')) === target;
}

/** Whether there is more of texts than anybody looks at: they may be anything. */
export function isTooMuch(values: readonly Json[]): boolean {
  let length = 0;
  for (const value of values) length += textOf(value)?.length ?? 0;
  return length > MOST_TEXT;
}

/** Each letter of a text costs time, and nobody has shown yet that they may ask. */
const MOST_TEXT = 65_536;

/** Whether a stored value is the given one already. Exact: a doubt is a no. Nothing, null and the empty text are one. */
export function isAlready(stored: Json | undefined, value: Json): boolean {
  if (isEmpty(stored) || isEmpty(value)) return isEmpty(stored) && isEmpty(value);
  if (stored === undefined || !isScalar(stored) || !isScalar(value)) return false;
  return textOf(stored) === textOf(value);
}

/**
 * Whether a save sends back what is stored, maybe in another form of the same kind: where the CRM shows a number, `5.00` is its 5, where it shows a
 * truth, `1` is its true, and a moment is the same in the same zone. What is stored as a text may be a text that only looks like one of these.
 */
export function isUnchanged(
  stored: Json | undefined,
  value: Json,
  { isFalseText }: { readonly isFalseText?: (text: string) => boolean },
): boolean {
  if (isAlready(stored, value)) return true;
  if (stored === undefined || stored === null) return false;
  if (!isScalar(stored) || !isScalar(value)) return isSameJson(stored, value);
  const given = textOf(value) ?? '';
  if (isNumber(stored)) return isSameNumber(stored.lexeme, given);
  // To Odoo, where "0" is no false, a false is an empty field of any kind.
  if (typeof stored === 'boolean') return isFalseText?.('0') !== false && given === (stored ? '1' : '0');
  return typeof stored === 'string' && typeof value === 'string' && isSameMoment(stored, value);
}

function isSameNumber(stored: string, given: string): boolean {
  const number = plainNumberOf(given);
  return number !== undefined && number === plainNumberOf(stored);
}

/** Every value that an object gives a name which steers the request or names its record, under any name that resembles it. */
export function candidatesOf(fields: JsonObject, field: string): readonly Json[] {
  const exact = fields.get(field);
  const wanted = foldName(field);
  const found: Json[] = exact === undefined ? [] : [exact];
  for (const name of namesLike(fields, wanted)) if (name !== field) found.push(fields.get(name) ?? null);
  return found;
}

/** The same for the field that holds a record's id, in each case of its name: `order_id`, `orderId` and `order-id` are one, `_id` is none of `id`. */
export function givenIds(fields: JsonObject, idField: string): readonly Json[] {
  const key = foldMarked(idField);
  const cased = [...fields].flatMap(([name, value]) => (foldMarked(name) === key ? [value] : []));
  return [...new Set([...candidatesOf(fields, idField), ...cased])];
}
