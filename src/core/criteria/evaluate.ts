import { isScalar } from '../wire/json.ts';
import { calculated } from './calculation.ts';
import { clauseOutcomes } from './clauses.ts';
import type { Node, OperatorNode } from './criteria-node.ts';
import { equality, membership } from './equality.ts';
import { valuesAt } from './fact-values.ts';
import type { Known } from './facts.ts';
import { order } from './order.ts';
import {
  both,
  chosen,
  DOUBT,
  either,
  FALSE,
  joined,
  mayBeFalse,
  mayBeTrue,
  not,
  OPEN,
  type Outcomes,
  TRUE,
} from './outcome.ts';
import { MOST_COMBINATIONS, type Operand, oneOf, type Possible, settled } from './possible.ts';
import { truthOf } from './truth.ts';

/**
 * What a node comes out as by what is known: exactly one outcome where all facts are. Each part is doubted for itself: a save in which
 * one value is loosely what is wanted and another loosely what is exempt is judged with both doubts.
 */
export function outcomesOf(node: Node, known: Known): Outcomes {
  switch (node.kind) {
    case 'clause':
      return clauseOutcomes(node.clause, known);
    case 'and':
      return inTurn(node.parts, known, both, FALSE, TRUE);
    case 'or':
      return inTurn(node.parts, known, either, TRUE, FALSE);
    case '!':
      return not(outcomesOf(node.parts[0], known));
    case '!!':
      return outcomesOf(node.parts[0], known);
    case 'if':
      return ofBranches(node.parts, known);
    case 'comparison':
      return comparisonOf(node, known);
    case 'list':
      return node.parts.length > 0 ? TRUE : FALSE;
    default:
      return truthOf(valuesOf(node, known));
  }
}

/** Parts one after the other, until one decides. */
function inTurn(
  parts: readonly Node[],
  known: Known,
  combine: (one: Outcomes, other: Outcomes) => Outcomes,
  deciding: Outcomes,
  start: Outcomes,
): Outcomes {
  let found = start;
  for (const part of parts) {
    found = combine(found, outcomesOf(part, known));
    if (found === deciding) return found;
  }
  return found;
}

/** JsonLogic's `if`: conditions and what follows from each, and what follows from none. */
function ofBranches([condition, then, ...others]: readonly Node[], known: Known): Outcomes {
  if (!condition) return FALSE;
  const outcomes = outcomesOf(condition, known);
  if (!then) return outcomes;
  const following = mayBeTrue(outcomes) ? outcomesOf(then, known) : FALSE;
  return chosen(outcomes, following, mayBeFalse(outcomes) ? ofBranches(others, known) : FALSE);
}

function comparisonOf(
  { operator, parts }: Extract<OperatorNode, { kind: 'comparison' }>,
  known: Known,
): Outcomes {
  const [one, other] = parts;
  switch (operator) {
    case '==':
    case '===':
      return eachPair(one, other, known, (value, wanted) => equality(operator, value, wanted));
    case '!=':
    case '!==':
      return not(
        eachPair(one, other, known, (value, wanted) =>
          equality(operator === '!=' ? '==' : '===', value, wanted),
        ),
      );
    case 'in': {
      if (other.kind !== 'list') return eachPair(one, other, known, membership);
      const items = other.parts.map((item) =>
        eachPair(one, item, known, (value, wanted) => equality('===', value, wanted)),
      );
      return items.reduce(either, FALSE);
    }
    default: {
      const first = eachPair(one, other, known, (value, second) => order(operator, value, second));
      const [, , third] = parts;
      return third
        ? both(
            first,
            eachPair(other, third, known, (value, second) => order(operator, value, second)),
          )
        : first;
    }
  }
}

/** What a question comes out as for all values that two parts may have. */
function eachPair(
  one: Node,
  other: Node,
  known: Known,
  ask: (value: Operand, other: Operand) => Outcomes,
): Outcomes {
  const [values, others] = [valuesOf(one, known), valuesOf(other, known)];
  if (values === 'unknown' || others === 'unknown') return OPEN;
  if (values === 'anything' || others === 'anything') return DOUBT;
  if (values.length * others.length > MOST_COMBINATIONS) return DOUBT;
  return values.flatMap((value) => others.map((second) => ask(value, second))).reduce(joined);
}

/** The values that a node may have. */
export function valuesOf(node: Node, known: Known): Possible {
  switch (node.kind) {
    case 'literal':
      return node.values;
    case 'var':
      return valuesAt(node.path, node.fallback, known);
    case 'calculation':
      return calculated(
        node.operator,
        node.parts.map((part) => valuesOf(part, known)),
      );
    case 'list':
      return listOf(node.parts.map((part) => valuesOf(part, known)));
    case 'if':
      return valuesOfBranches(node.parts, known);
    case 'and':
    case 'or':
      return valuesInTurn(node.kind, node.parts, known);
    default:
      return truthValues(outcomesOf(node, known));
  }
}

function truthValues(outcomes: Outcomes): Possible {
  if (outcomes === TRUE || outcomes === FALSE) return [settled(outcomes === TRUE)];
  return outcomes === DOUBT ? [settled(true), settled(false)] : 'unknown';
}

/** A list of one value each; what is more than that may be anything. */
function listOf(parts: readonly Possible[]): Possible {
  if (parts.includes('unknown')) return 'unknown';
  const items = parts.map((part) =>
    typeof part !== 'string' && part.length === 1 ? part[0]?.value : undefined,
  );
  return items.every((item) => item !== undefined && isScalar(item)) ? [settled(items)] : 'anything';
}

function valuesOfBranches([condition, then, ...others]: readonly Node[], known: Known): Possible {
  if (!condition) return [settled(null)];
  if (!then) return valuesOf(condition, known);
  const outcomes = outcomesOf(condition, known);
  if (outcomes === TRUE) return valuesOf(then, known);
  if (outcomes === FALSE) return valuesOfBranches(others, known);
  return outcomes === DOUBT ? oneOf(valuesOf(then, known), valuesOfBranches(others, known)) : 'unknown';
}

/** JsonLogic's `and` gives the first value that is false, else the last; `or` the first that is true. */
function valuesInTurn(kind: 'and' | 'or', [part, ...others]: readonly Node[], known: Known): Possible {
  if (!part) return [settled(null)];
  const values = valuesOf(part, known);
  if (others.length === 0) return values;
  const outcomes = kind === 'or' ? truthOf(values) : not(truthOf(values));
  if (outcomes === TRUE) return values;
  if (outcomes === FALSE) return valuesInTurn(kind, others, known);
  return outcomes === DOUBT ? oneOf(values, valuesInTurn(kind, others, known)) : 'unknown';
}
