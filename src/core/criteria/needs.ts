import { namesOf } from '../likeness/said.ts';
import type { Json, Scalar } from '../wire/json.ts';
import type { Node } from './criteria-node.ts';
import { mayBeTrue } from './outcome.ts';
import { truthOf } from './truth.ts';

/** Something without which criteria cannot hold, so that rules are found by it. */
export type Need =
  /** That a save says something of a field, by the names under which it may, folded; where `wanted` stands, that it may become that. */
  | { readonly kind: 'said'; readonly names: readonly string[]; readonly wanted?: Scalar }
  /** That a fact may equal a value: of the record, as it would be stored, or of the caller. */
  | {
      readonly kind: 'fact';
      readonly path: readonly [root: 'record' | 'caller', ...path: string[]];
      readonly wanted: Scalar;
    };

/** Of which needs one has to be met for the criteria to hold; undefined where they may hold anyway. */
export function needsOf(node: Node): readonly Need[] | undefined {
  switch (node.kind) {
    case 'clause': {
      const { clause } = node;
      const names = namesOf(clause.field);
      return [
        clause.kind === 'changed_to'
          ? { kind: 'said', names, wanted: clause.value }
          : { kind: 'said', names },
      ];
    }
    case 'comparison':
      return ofComparison(node.operator, node.parts[0], node.parts[1]);
    case 'and':
      return node.parts
        .map(needsOf)
        .filter((needs) => needs !== undefined)
        .toSorted((one, two) => costOf(one) - costOf(two))[0];
    case 'or': {
      const lists = node.parts.map(needsOf).filter((needs) => needs !== undefined);
      return lists.length === node.parts.length ? lists.flat() : undefined;
    }
    case 'literal':
      return mayBeTrue(truthOf(node.values)) ? undefined : [];
    default:
      return undefined;
  }
}

/** An equality of one fact with values that the criteria name. */
function ofComparison(operator: string, one: Node, other: Node): readonly Need[] | undefined {
  if (operator === 'in') return other.kind === 'list' ? factNeeds(one, other.parts) : undefined;
  if (operator !== '==' && operator !== '===') return undefined;
  return one.kind === 'literal' ? factNeeds(other, [one]) : factNeeds(one, [other]);
}

function factNeeds(fact: Node, wanted: readonly Node[]): readonly Need[] | undefined {
  if (fact.kind !== 'var') return undefined;
  const [root, ...path] = fact.path;
  const isOne = (root === 'record' && path.length === 1) || root === 'caller';
  const values = wanted.map(literalOf);
  if (!isOne || !values.every((value) => value !== undefined)) return undefined;
  return values.map((value) => ({ kind: 'fact', path: [root, ...path], wanted: value as Scalar }));
}

function literalOf(node: Node): Json | undefined {
  return node.kind === 'literal' ? node.values[0].value : undefined;
}

/** Fewer saves meet a need that names a value, and fewest one that has to be said: a fact may be stored. */
function costOf(needs: readonly Need[]): number {
  return needs.reduce(
    (cost, need) => cost + (need.kind === 'said' ? (need.wanted === undefined ? 100 : 1) : 10_000),
    0,
  );
}
