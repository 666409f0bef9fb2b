import { isFalseToSome, truthIn, truthOfNumber } from '../likeness/truths.ts';
import { isEmpty, isList, isNumber, isScalar, type Json, textOf } from '../wire/json.ts';
import { DOUBT, FALSE, joined, OPEN, type Outcomes, outcomeOf, TRUE } from './outcome.ts';
import { casesOf, type Operand, type Possible } from './possible.ts';

/** What values come out as where a truth is wanted: in doubt where some CRM takes one for false and JavaScript does not. */
export function truthOf(possible: Possible): Outcomes {
  if (possible === 'unknown') return OPEN;
  if (possible === 'anything') return DOUBT;
  return possible.map(truthOfOperand).reduce(joined);
}

function truthOfOperand(operand: Operand): Outcomes {
  let found = 0;
  for (const each of casesOf(operand)) found |= truthOfCase(each);
  const isOpen = operand.origin === 'unsure' && isOtherText(operand.value);
  return isOpen ? found | DOUBT : found;
}

function truthOfCase({ value, origin, stored }: Operand): Outcomes {
  if (isList(value)) return outcomeOf(value.length > 0);
  if (!isScalar(value) || value === null || value === '') return FALSE;
  if (isNumber(value)) {
    const isSure = truthOfNumber(value.lexeme) !== undefined;
    const mayBeTruth = origin === 'fresh' && (isEmpty(stored) || isTruth(stored));
    return mayBeTruth && !isSure ? DOUBT : outcomeOf(Number(value.lexeme) !== 0);
  }
  if (typeof value === 'boolean') return outcomeOf(value);
  if (origin === 'literal') return TRUE;
  if (isFalseToSome(value)) return DOUBT;
  return origin === 'fresh' && isOtherText(value) && isTruth(stored) ? DOUBT : TRUE;
}

/** A text of which nobody knows what a column of truths makes. */
function isOtherText(value: Json): boolean {
  return typeof value === 'string' && value !== '' && truthIn(value) === undefined;
}

/** Whether what is stored says that the column is one of truths. */
export function isTruth(stored: Json | undefined): boolean {
  if (typeof stored === 'boolean') return true;
  return !isEmpty(stored) && /^(?:[01]|true|false|on|off|yes|no)$/i.test(textOf(stored) ?? '');
}
