import { clauseOutcomes, clauseText } from './clauses.ts';
import { compileNode, type NodeFault } from './criteria-node.ts';
import { doubtsOf } from './doubts.ts';
import { outcomesOf } from './evaluate.ts';
import type { Facts, Known } from './facts.ts';
import { type Implied, impliedBy } from './implied.ts';
import { type Need, needsOf } from './needs.ts';
import { mayBeTrue } from './outcome.ts';

/** Criteria as the request path uses them: checked, compiled, and frozen when the configuration was loaded. */
export type Criteria = {
  /** Top-level fields of the record that the criteria read, in the order of their first mention. */
  readonly fields: readonly string[];
  /** What a save has to say so that the criteria apply. */
  readonly implied: Implied;
  /** Paths below `caller` that the criteria read: an exemption never follows from an empty one. */
  readonly callerPaths: readonly (readonly string[])[];
  /** Of which one has to be met for the criteria to hold; undefined where they may hold for any save. */
  readonly needs: readonly Need[] | undefined;
  /** Whether the criteria could hold, whatever the facts turn out to be that are not known yet. */
  mayHold(known: Known): boolean;
  /** Whether the criteria hold. They do in doubt: an unknown field, a value that two readers read differently. */
  hold(facts: Facts): boolean;
  /** Why they hold, for people: the clauses that are true (`changed_to status Delivered`), and what is in doubt, where a doubt decides. */
  why(facts: Facts): readonly string[];
};

/** Criteria that can be used, or what is wrong with them. */
export type CriteriaReading =
  | { readonly ok: true; readonly criteria: Criteria }
  | { readonly ok: false; readonly faults: readonly NodeFault[] };

/** Checks criteria as they are configured, and compiles them. Nothing is thrown: all faults are told, each with its place. */
export function compileCriteria(source: unknown): CriteriaReading {
  const { node, faults, clauses, paths } = compileNode(source);
  if (faults.length > 0) return { ok: false, faults };
  const ofRecord = paths.filter(([root]) => root === 'record' || root === 'before');
  const mayHold = (known: Known) => mayBeTrue(outcomesOf(node, known));
  const criteria: Criteria = {
    fields: [
      ...new Set([...clauses.map((clause) => clause.field), ...ofRecord.map((path) => path[1] ?? '')]),
    ],
    implied: impliedBy(source),
    callerPaths: paths.filter(([root]) => root === 'caller'),
    needs: needsOf(node),
    mayHold,
    hold: mayHold,
    why: (facts) => [
      ...clauses.filter((clause) => mayBeTrue(clauseOutcomes(clause, facts))).map(clauseText),
      ...doubtsOf(node, facts),
    ],
  };
  return { ok: true, criteria };
}
