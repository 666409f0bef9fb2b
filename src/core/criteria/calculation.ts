import { fold } from '../likeness/fold.ts';
import { isEmpty, isScalar, type Json, textOf } from '../wire/json.ts';
import { type Calculation, calculate } from './logic.ts';
import { numberOf } from './order.ts';
import { casesOf, MOST_COMBINATIONS, type Operand, type Possible } from './possible.ts';

/** The values that an operator may make of its operands'. A number that readers find differently makes anything. */
export function calculated(operator: Calculation, operands: readonly Possible[]): Possible {
  if (operands.includes('unknown')) return 'unknown';
  if (operands.includes('anything')) return 'anything';
  const combinations = combinationsOf(operands as readonly (readonly Operand[])[]);
  if (combinations.length > MOST_COMBINATIONS) return 'anything';
  const made: Operand[] = [];
  for (const each of combinations) {
    const found = isTextual(operator) ? textsOf(operator, each) : numbersOf(operator, each);
    if (typeof found === 'string') return found;
    made.push(...found);
  }
  return made;
}

function isTextual(operator: Calculation): operator is 'cat' | 'substr' {
  return operator === 'cat' || operator === 'substr';
}

/** As written, and as a database would compare: `substr` counts the symbols that are left of either. */
function textsOf(operator: 'cat' | 'substr', operands: readonly Operand[]): Possible {
  if (!operands.every(({ value }) => isScalar(value))) return 'anything';
  const made = [(text: string) => text, fold].map((read) =>
    calculate(
      operator,
      operands.map(({ value, origin }, place) =>
        plainOf(value, operator === 'substr' && place > 0, origin, read),
      ),
    ),
  );
  const origin = operands.some((each) => each.origin === 'fresh')
    ? 'fresh'
    : operands.some((each) => each.origin === 'unsure')
      ? 'unsure'
      : 'settled';
  return [...new Set(made)].map((text) => ({ value: String(text ?? ''), origin }));
}

function plainOf(
  value: Json,
  isCount: boolean,
  origin: Operand['origin'],
  read: (text: string) => string,
): string | number {
  if (isCount) return Number(textOf(value) ?? 0);
  const text = textOf(value) ?? '';
  return origin === 'literal' ? text : read(text);
}

/** JavaScript adds nothing up to no number, databases to nothing or 0. */
function numbersOf(operator: Calculation, operands: readonly Operand[]): Possible {
  const made = new Set<number>();
  for (const each of combinationsOf(operands.map(casesOf))) {
    const numbers = each.map(numberOf);
    if (!numbers.every((number) => number !== undefined))
      return operands.some(isUnsure) ? 'unknown' : 'anything';
    made.add(Number(calculate(operator, numbers)));
    if (operands.some(({ value }) => isEmpty(value))) made.add(Number.NaN);
  }
  return [...made].map((number) => ({ value: { lexeme: String(number) }, origin: 'settled' }));
}

function isUnsure({ origin }: Operand): boolean {
  return origin === 'unsure';
}

/** One of each list, in every way. */
function combinationsOf<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>(
    (found, list) =>
      found.length > MOST_COMBINATIONS
        ? found
        : found.flatMap((begun) => list.map((item) => [...begun, item])),
    [[]],
  );
}
