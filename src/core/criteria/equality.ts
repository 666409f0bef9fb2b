import { isDate } from '../likeness/dates.ts';
import { fold } from '../likeness/fold.ts';
import { mayBecome } from '../likeness/likeness.ts';
import { isNumeric, plainNumberOf } from '../likeness/numbers.ts';
import { remembered } from '../remembered.ts';
import { isList, isNumber, isScalar, type Json, type Scalar, textOf } from '../wire/json.ts';
import { DOUBT, either, FALSE, type Outcomes, outcomeOf, TRUE } from './outcome.ts';
import { casesOf, type Operand } from './possible.ts';

/** Whether a value equals the wanted one: in doubt where a database or a framework may see it otherwise than JavaScript does. */
export function equality(operator: '==' | '===', value: Operand, wanted: Operand): Outcomes {
  let found = 0;
  for (const one of casesOf(value))
    for (const other of casesOf(wanted)) found |= equalityOf(operator, one, other);
  return found;
}

function equalityOf(operator: '==' | '===', one: Operand, other: Operand): Outcomes {
  if (!isScalar(one.value) || !isScalar(other.value)) return DOUBT;
  const isExact = isEqual(operator, one.value, other.value);
  if (isExact && !mayDiffer(one, other)) return TRUE;
  return isExact || mayEqual(one, other) ? DOUBT : FALSE;
}

/** Of two values of which the configuration says neither, each may be stored as the other. */
function mayEqual(one: Operand, other: Operand): boolean {
  if (other.origin === 'literal') return mayMatch(one, other.value as Scalar);
  return (
    mayMatch(other, one.value as Scalar) || (one.origin !== 'literal' && mayMatch(one, other.value as Scalar))
  );
}

/**
 * As a database may see it: an ENUM takes `2` for its second value, a column of numbers `45abc` for 45. What is stored is of the kind that it
 * shows, and only its letters are compared loosely.
 */
function mayMatch({ value, origin }: Operand, wanted: Scalar): boolean {
  if (!isScalar(value)) return true;
  const folded = foldWanted(textOf(wanted) ?? '');
  if (origin === 'fresh') return mayBecome(value, wanted, folded);
  if (isNumeric(folded) && isNumeric(textOf(value) ?? '')) return Number(textOf(value)) === Number(folded);
  if (typeof wanted === 'string' && folded !== '' && typeof value !== 'string') return false;
  if (typeof wanted === 'string' && isNumeric(textOf(value) ?? '')) return false;
  if (isDate(folded)) return fold(textOf(value) ?? '') === folded;
  return mayBecome(value, wanted, folded);
}

/** What is wanted is asked about again and again. */
const foldWanted = remembered(fold);

/** Whether what JavaScript finds equal is another number to some reader: `"1.000"` and 1. */
function mayDiffer(one: Operand, other: Operand): boolean {
  if (one.value === other.value) return false;
  return [one, other].some(({ value, origin }) => origin === 'fresh' && isDoubtfulNumber(value));
}

function isDoubtfulNumber(value: Json): boolean {
  return typeof value === 'string' && value !== '' && plainNumberOf(value) === undefined;
}

/** JavaScript's own `==` and `===`, between scalars. */
function isEqual(operator: '==' | '===', one: Scalar, other: Scalar): boolean {
  const [a, b] = [isNumber(one) ? Number(one.lexeme) : one, isNumber(other) ? Number(other.lexeme) : other];
  // biome-ignore lint/suspicious/noDoubleEquals: JsonLogic's `==` is JavaScript's.
  return operator === '===' ? a === b : a == b;
}

/** Whether a value stands in a list, or a text in a text. */
export function membership(value: Operand, among: Operand): Outcomes {
  if (isList(among.value)) {
    const items = among.value.map((item) => equality('===', value, { ...among, value: item }));
    return items.reduce(either, FALSE);
  }
  if (!isScalar(value.value)) return DOUBT;
  const [part, whole] = [textOf(value.value) ?? '', textOf(among.value)];
  if (whole === undefined || among.value === null) return FALSE;
  const isExactly = typeof among.value === 'string' && whole.includes(part);
  const isLoosely = fold(whole).includes(fold(part));
  return isExactly === isLoosely ? outcomeOf(isExactly) : DOUBT;
}
