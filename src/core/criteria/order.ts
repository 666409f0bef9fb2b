import { fold, isUnreadablyLong } from '../likeness/fold.ts';
import { isNumeric, plainNumberOf } from '../likeness/numbers.ts';
import { isEmpty, isNumber, isScalar, type Json, textOf } from '../wire/json.ts';
import { DOUBT, FALSE, joined, type Outcomes, outcomeOf } from './outcome.ts';
import { casesOf, type Operand } from './possible.ts';

/** How criteria ask for an order. */
export type Sign = '<' | '<=' | '>' | '>=';

/** How two values compare. What readers order differently is in doubt, and so is what is no number, date or word to some of them. */
export function order(sign: Sign, one: Operand, other: Operand): Outcomes {
  let found = 0;
  for (const left of casesOf(one)) for (const right of casesOf(other)) found |= orderOf(sign, left, right);
  return found;
}

function orderOf(sign: Sign, one: Operand, other: Operand): Outcomes {
  if (!isScalar(one.value) || !isScalar(other.value) || isTooLong(one) || isTooLong(other)) return DOUBT;
  const [left, right] = [numberOf(one), numberOf(other)];
  const areTexts = isText(one.value) && isText(other.value);
  if (!areTexts && left !== undefined && right !== undefined) return compared(sign, left, right);
  if (isEmpty(one.value) !== isEmpty(other.value)) return nothingFirst(sign, one.value, left, right);
  if (!areTexts) return DOUBT;
  const [text, second] = [textOf(one.value) ?? '', textOf(other.value) ?? ''];
  if (left !== undefined && right !== undefined)
    return joined(compared(sign, left, right), compared(sign, text, second));
  return left !== undefined || right !== undefined ? DOUBT : textOrder(sign, text, second);
}

/** Whether it is longer than any number, date or word: it is looked through once for each clause of each rule. */
function isTooLong({ value, origin }: Operand): boolean {
  return origin === 'fresh' && typeof value === 'string' && isUnreadablyLong(value);
}

function isText(value: Json): boolean {
  return typeof value === 'string' && value !== '';
}

/**
 * The number that every reader finds. JavaScript finds each comparison with `2000 EUR` false, MySQL reads 2000; `0x1f` is 31 and 0. A number
 * that the save writes beyond what a float holds is rounded by some.
 */
export function numberOf({ value, origin }: Operand): number | undefined {
  if (isNumber(value)) {
    const number = Number(value.lexeme);
    const isSure = origin !== 'fresh' || value.lexeme.replace(/\D/g, '').length <= 15;
    return isSure && (Number.isFinite(number) || !/\d/.test(value.lexeme)) ? number : undefined;
  }
  if (typeof value !== 'string') return Number(value);
  if (value === '') return 0;
  if (origin === 'fresh') return plainNumberOf(value);
  return isNumeric(value) && !/^\s*[+-]?0[box]/i.test(value) ? Number(value) : undefined;
}

/** Nothing is 0 among numbers. Among texts it stands first, where it is not left out. */
function nothingFirst(sign: Sign, one: Json, left: number | undefined, right: number | undefined): Outcomes {
  if (left !== undefined && right !== undefined) return compared(sign, left, right);
  const isBelow = isEmpty(one) === (sign === '<' || sign === '<=');
  return isBelow ? DOUBT : FALSE;
}

/** Dates and words. Of two texts in different forms (`01/31/2027` and `2026-12-31`) nobody can tell which comes first. */
function textOrder(sign: Sign, one: string, other: string): Outcomes {
  if (one === other) return compared(sign, one, other);
  const loosely = compared(sign, fold(one), fold(other));
  if (!/\p{N}/u.test(one + other)) return joined(compared(sign, one, other), loosely);
  const [first, second] = [isoDateOf(one), isoDateOf(other)];
  if (first === undefined || second === undefined) {
    const isAlike = areFormedAlike(one, other) && !DAY_OR_MONTH_FIRST.test(one) && !/^\d{4}-\d/.test(one);
    return isAlike ? joined(compared(sign, one, other), loosely) : DOUBT;
  }
  const isAlike = areFormedAlike(one, other) && zoneOf(one) === zoneOf(other);
  const isFarApart = Math.abs(first - second) > DAY_MS;
  return isAlike || isFarApart ? compared(sign, one, other) : DOUBT;
}

const DAY_MS = 86_400_000;
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const DAY_OR_MONTH_FIRST = /^\d{1,2}[./ -]\d{1,2}[./ -]\d{2,4}/;

/** Milliseconds of the day that a text begins with, where there is such a day and the rest is a time or nothing. */
function isoDateOf(text: string): number | undefined {
  const day = ISO.exec(text)?.[1];
  if (day === undefined) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day) ? ms : undefined;
}

/** Whether two texts have digits, and all else, at the same places. A long one is not looked through for a short one. */
function areFormedAlike(one: string, other: string): boolean {
  return one.length === other.length && formOf(one) === formOf(other);
}

/** The text with each digit as `0`. */
function formOf(text: string): string {
  return text.replace(/\d/g, '0');
}

function zoneOf(text: string): string | undefined {
  return /(?:Z|[+-]\d\d:?\d\d)$/.exec(text.slice(10))?.[0];
}

function compared<T extends number | string>(sign: Sign, one: T, other: T): Outcomes {
  switch (sign) {
    case '<':
      return outcomeOf(one < other);
    case '<=':
      return outcomeOf(one <= other);
    case '>':
      return outcomeOf(one > other);
    case '>=':
      return outcomeOf(one >= other);
  }
}
