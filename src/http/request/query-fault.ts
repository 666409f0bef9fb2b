import { foldField } from '../../core/likeness/fold.ts';
import type { GuardedNames } from '../../core/likeness/guarded-names.ts';
import { stepsIn } from '../../core/likeness/name-steps.ts';
import { assignedNames } from '../../core/likeness/query-names.ts';
import { nestedNameIn } from '../../core/nesting/address.ts';
import type { Nesting } from '../../core/nesting/members.ts';
import { isCollection, type ModuleDefinition } from '../../core/saving/module.ts';
import type { Described, Mount } from '../../core/saving/mount.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { pointerSteps } from '../../core/wire/json.ts';
import { holdsParameter } from '../../core/wire/parameter.ts';
import { readQuery } from '../../core/wire/target.ts';

/**
 * What in a save's query string is about the record, or undefined. Servers merge queries into fields (`$_REQUEST`,
 * `getParameter`), and addresses end in logs, so neither a guarded field nor a code may stand there.
 */
export function queryFault(query: string, names: GuardedNames): Problem | undefined {
  if (query === '') return undefined;
  for (const [name] of readQuery(query)) {
    if (holdsParameter(name)) {
      const detail =
        'A code may not stand in the address, where logs keep it. Send it in a header or in the body.';
      return problem('request-unreadable', detail);
    }
    // What is still encoded is undone once more, or as an overlong form, by some server.
    if (name.includes('%')) {
      return problem('request-unreadable', `Write the name "${name}" in the address plainly, and in UTF-8.`);
    }
    if (names.meaningsOf(name).length > 0) {
      return problem(
        'request-unreadable',
        `Leave "${name}" out of the address; servers take it for a field. Send it in the body.`,
      );
    }
  }
  return undefined;
}

/**
 * What in the values of a save's query string gives a guarded field a value, or would write another record through a relation, or undefined:
 * servers take records from there, too.
 */
export function assignmentFault(
  query: string,
  names: GuardedNames,
  mount: Mount,
  nesting: Nesting,
): Problem | undefined {
  if (query === '') return undefined;
  const assigned = assignedNames(readQuery(query));
  const modules = mount.definitions.map(({ name }) => name);
  const nested = nestedNameIn(assigned, modules, mount.definitions.flatMap(placesIn), nesting);
  const found = nested ?? assigned.find((name) => names.fieldsIn(name).length > 0);
  if (found === undefined) return undefined;
  const as = nested === undefined ? 'a field' : 'a record within the record';
  const detail = `Leave "${found}" out of the address; servers take it for ${as}. Send it in the body.`;
  return problem('request-unreadable', detail);
}

/** Names in the way to the record in a body of the module. */
function placesIn(definition: ModuleDefinition): readonly string[] {
  const pointers = isCollection(definition) ? [definition.fields, definition.records ?? ''] : [];
  return pointers.flatMap(pointerSteps);
}

/**
 * What in a write's query string names a place of the body in which an operation has its record, its fields or what tells it from others, or undefined:
 * of a server that merges the two, nobody knows which it takes.
 */
export function placeFault(query: string, described: readonly Described[]): Problem | undefined {
  if (query === '' || described.length === 0) return undefined;
  const places = new Set(described.flatMap(pointersOf).flatMap(pointerSteps).map(foldField));
  places.delete('');
  const isPlace = (name: string) => [name, ...stepsIn(name)].some((step) => places.has(foldField(step)));
  const found = assignedNames(readQuery(query)).find(isPlace);
  if (found === undefined) return undefined;
  const detail = `Leave "${found}" out of the address: the body says which operation is meant, and of which record.`;
  return problem('request-unreadable', detail);
}

/** The members of a body, at its top, in or below which an operation reads. */
export function membersRead(operation: Described): readonly string[] {
  return pointersOf(operation).flatMap((pointer) => pointerSteps(pointer).slice(0, 1));
}

/** The places in a body that an operation reads. */
function pointersOf({ when, act }: Described): readonly string[] {
  const told = when.map(([pointer]) => pointer);
  if (act.kind !== 'save') return told;
  const { naming, fields = '' } = act;
  const named = 'pointer' in naming ? [naming.pointer] : [];
  const item = naming.kind === 'records' ? [naming.id ?? ''] : [];
  return [...told, ...named, ...item, fields];
}
