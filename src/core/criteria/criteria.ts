import { fold, foldName } from '../likeness/fold.ts';
import { candidatesOf } from '../likeness/likeness.ts';
import type { Save } from '../saving/save.ts';
import { isEmpty, isList, isObject, isScalar, type Json, type JsonObject, jsonOf } from '../wire/json.ts';
import { type Clause, clauseHolds, clauseMayHold } from './clauses.ts';
import { compileNode, type Node, type NodeFault } from './criteria-node.ts';
import { type Facts, factAt, plainOf, recordOf } from './facts.ts';
import { type Implied, impliedBy } from './implied.ts';
import { truthOf } from './logic.ts';

/** Criteria as the request path uses them: checked, compiled, and frozen when the configuration was loaded. */
export type Criteria = {
  /** Top-level fields of the record that the criteria read, in the order of their first mention. */
  readonly fields: readonly string[];
  /** Paths below `caller` that the criteria read: an exemption never follows from an empty one. */
  readonly callerPaths: readonly (readonly string[])[];
  /**
   * Fields of which a save has to give one, folded, for the criteria to speak about it; undefined where they may speak about
   * any save. A save that has values within values may give a field there.
   */
  readonly needs: readonly string[] | undefined;
  /** What a save has to say so that the criteria apply. */
  readonly implied: Implied;
  /** Whether the criteria could speak about the save, whatever is stored. */
  mayHold(save: Save): boolean;
  /** Whether the criteria speak. Doubt speaks: an unknown field, a list instead of a value, a failing evaluation. */
  hold(facts: Facts): boolean;
  /** The clauses that were true, for people: `changed_to status Delivered`. */
  why(facts: Facts): readonly string[];
};

/** Every `var` of the criteria, split into its steps. */
type Paths = readonly (readonly string[])[];

export type CriteriaReading =
  | { readonly ok: true; readonly criteria: Criteria }
  | { readonly ok: false; readonly faults: readonly NodeFault[] };

export function compileCriteria(source: unknown): CriteriaReading {
  const { node, faults, clauses, paths } = compileNode(source);
  if (faults.length > 0) return { ok: false, faults };
  const ofRecord = paths.filter(([root]) => root === 'record' || root === 'before');
  const criteria: Criteria = {
    fields: [
      ...new Set([...clauses.map((clause) => clause.field), ...ofRecord.map((path) => path[1] ?? '')]),
    ],
    callerPaths: paths.filter(([root]) => root === 'caller'),
    needs: needsOf(node),
    implied: impliedBy(source),
    mayHold: (save) => nodeMayHold(node, save),
    hold: (facts) =>
      nodeMayHold(node, facts.save) && (inDoubt(ofRecord, facts) || evaluates(node, clauses, paths, facts)),
    why: (facts) => clauses.filter((clause) => clauseHolds(clause, facts)).map(clauseText),
  };
  return { ok: true, criteria };
}

/** A conjunction can hold only where each part may; of what is no clause nothing is known without the stored record. */
function nodeMayHold(node: Node, save: Save): boolean {
  switch (node.kind) {
    case 'clause':
      return clauseMayHold(node.clause, save);
    case 'and':
      return node.parts.every((part) => nodeMayHold(part, save));
    case 'or':
      return node.parts.some((part) => nodeMayHold(part, save));
    case 'literal':
      return node.truth;
    case '!':
    case 'other':
      return true;
  }
}

/** The shortest list for a conjunction, since each part is needed; all lists for an alternative, if each part has one. */
function needsOf(node: Node): readonly string[] | undefined {
  switch (node.kind) {
    case 'clause':
      return [foldName(node.clause.field)];
    case 'and':
      return node.parts
        .map(needsOf)
        .filter((needs) => needs !== undefined)
        .toSorted((one, two) => one.length - two.length)[0];
    case 'or': {
      const lists = node.parts.map(needsOf).filter((needs) => needs !== undefined);
      return lists.length === node.parts.length ? [...new Set(lists.flat())] : undefined;
    }
    case 'literal':
      return node.truth ? undefined : [];
    case '!':
    case 'other':
      return undefined;
  }
}

/** Whether a field that the criteria read is unknown, ambiguous or no scalar. */
function inDoubt(paths: Paths, facts: Facts): boolean {
  if (paths.length === 0) return false;
  const record = recordOf(facts);
  return paths.some(([root, ...path]) => {
    const field = path[0] ?? '';
    const given = candidatesOf(facts.save.fields, field);
    if (given.length > 1 || (given.length === 1 && !facts.save.fields.has(field))) return true;
    const sent = factAt(facts.save.fields, path);
    if (sent !== undefined && !isScalar(sent)) return true;
    if (facts.before === null) return given.length > 0 && sent === undefined;
    return factAt(root === 'record' ? record : facts.before, path) === undefined;
  });
}

/** Evaluated twice, as written and as a database would compare: the criteria hold if either says so. */
function evaluates(node: Node, clauses: readonly Clause[], paths: Paths, facts: Facts): boolean {
  // Most criteria are clauses and nothing else, and want no view at all.
  const exact = once(() => viewOf(facts, clauses, paths, (text) => text));
  const folded = once(() => viewOf(facts, clauses, paths, fold));
  return mayBe(true, node, (part, truth) => {
    if (part.kind === 'clause') return clauseHolds(part.clause, facts) === truth;
    if (part.kind === 'literal' && typeof part.exact !== 'string') return part.truth === truth;
    if (
      part.kind === 'other' &&
      part.caller.some(([, ...path]) => isNothing(factAt(callerFacts(facts), path)))
    )
      return true;
    return truthOf(part.exact, exact()) === truth || truthOf(part.folded, folded()) === truth;
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What could not be verified of a caller may be anything: no exemption follows from it. */
function isNothing(value: Json | undefined): boolean {
  if (isList(value)) return value.length === 0;
  return isObject(value) ? value.size === 0 : isEmpty(value);
}

/**
 * Whether a node may come out so. Each part of a conjunction is doubted for itself: a save in which one value is loosely what
 * is wanted and another loosely what is exempt would else be judged by neither view. What fails may come out either way.
 */
function mayBe(truth: boolean, node: Node, leaf: (node: Node, truth: boolean) => boolean): boolean {
  if (node.kind === '!') return node.parts.every((part) => mayBe(!truth, part, leaf));
  if (node.kind === 'and' || node.kind === 'or') {
    const all = (node.kind === 'and') === truth;
    return node.parts[all ? 'every' : 'some']((part) => mayBe(truth, part, leaf));
  }
  try {
    return leaf(node, truth);
  } catch {
    return true;
  }
}

/** The facts that the paths lead to, each text through `text`. */
function viewOf(
  facts: Facts,
  clauses: readonly Clause[],
  paths: Paths,
  text: (value: string) => string,
): unknown {
  const { save, before, request, now } = facts;
  const fieldsOf = (root: string, record: JsonObject) =>
    new Map(
      paths.flatMap(([first, field = '']) => {
        const value = first === root ? record.get(field) : undefined;
        return value === undefined ? [] : [[field, value] as const];
      }),
    );
  const facets: Readonly<Record<string, () => Json>> = {
    record: () => fieldsOf('record', recordOf(facts)),
    before: () => before && fieldsOf('before', before),
    save: () => jsonOf({ module: save.module, operation: save.verb ?? save.operation, id: save.id }),
    caller: () => callerFacts(facts),
    request: () => jsonOf(request),
    now: () => jsonOf(now),
  };
  const roots = new Set(paths.map(([root = '']) => root));
  const named = [...roots].map((root) => [root, facets[root]?.() ?? null] as const);
  const changes = clauses.map((clause) => clauseHolds(clause, facts));
  return plainOf(new Map<string, Json>([...named, ['changes', changes]]), text);
}

function callerFacts(facts: Pick<Facts, 'caller'>): JsonObject {
  const { ip, user, role, claims } = facts.caller;
  return new Map<string, Json>([
    ['ip', ip],
    ['user', user],
    ['role', role],
    ['claims', claims],
  ]);
}

function clauseText(clause: Clause): string {
  const value =
    'value' in clause
      ? ` ${typeof clause.value === 'object' ? (clause.value?.lexeme ?? 'null') : clause.value}`
      : '';
  return `${clause.kind} ${clause.field}${value}`;
}
