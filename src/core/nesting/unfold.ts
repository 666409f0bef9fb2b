import { saidOf } from '../likeness/said.ts';
import { type Doubt, NO_ID_YET, type SeenMember, type WholeList } from '../saving/nested.ts';
import { type Save, waysOf } from '../saving/save.ts';
import { isList, isObject, type Json, type JsonObject, textOf } from '../wire/json.ts';
import { doubtIn, noDoubts } from './doubts.ts';
import { guessOf } from './guess.ts';
import type { Statement } from './items.ts';
import { type Members, type Nesting, type Relation, spellingOf } from './members.ts';
import { isRefused, membershipOf } from './membership.ts';
import { mergedSaves } from './merge.ts';
import { NestingFault } from './related.ts';
import { type Statements, statementsIn } from './statements.ts';

/** What the members of a request's saves came to. */
export type Nested = {
  /** The request's own saves first, then those that it nests. */
  readonly saves: readonly Save[];
  readonly lists: readonly WholeList[];
  readonly doubt: Doubt | undefined;
  readonly seen: readonly SeenMember[];
};

/**
 * Every save of a request: those that the dialect read, and those that their members hold, each as if it had come by itself. What is
 * declared nowhere, and what cannot be read, is a doubt: then the request is not judged.
 */
export function unfold(saves: readonly Save[], nesting: Nesting): Nested {
  const nested: Save[] = [];
  const lists: WholeList[] = [];
  const seen: SeenMember[] = [];
  let doubts = noDoubts();

  function visit(save: Save): Save {
    const members = nesting.get(save.module);
    if (!members) return save;
    const judged = new Map<string, Json>();
    const closed = new Set<string>();
    for (const [name, value] of save.fields) {
      judged.set(name, value);
      const membership = membershipOf(name, value, members, nesting);
      switch (membership.kind) {
        case 'field':
          break;
        case 'beside':
          for (const { kind, member } of membership.members) doubts[kind].add(member);
          break;
        case 'unknown':
          // What a replacing save leaves out is emptied, and was not named.
          if (!save.replaces || value !== null) doubts.unknown.add(membership.member);
          break;
        case 'value':
          column(name, members, judged, closed);
          break;
        case 'undeclared':
          undeclared(save, name, value, membership.member, members);
          if (members.nested === 'forward') closed.add(name);
          break;
        case 'hidden':
          hidden(save, membership.member, membership.found, members);
          break;
        case 'relation':
          closed.add(name);
          relate(save, name, value, membership.relation, judged);
          break;
      }
    }
    for (const relation of save.replaces ? members.relations.values() : []) {
      const isNamed = [...save.fields.keys()].some((name) => members.named(name).relation === relation);
      // A reference of the record's own is a field like others.
      if (!isNamed && relation.field === undefined) relate(save, relation.name, null, relation, judged);
    }
    for (const field of members.leading.get(save.leaves ?? '') ?? []) judged.set(field, null);
    for (const field of save.joins ? [...members.leading.values()].flat() : []) judged.set(field, NO_ID_YET);
    return judged.size === save.fields.size && closed.size === 0 ? save : { ...save, fields: judged, closed };
  }

  /**
   * Into a column nobody looks, but under another spelling of its name it changes the column: of `contact[email]` the name says so, of
   * `contact_attributes` (Rails) it is said here.
   */
  function column(name: string, members: Members, judged: Map<string, Json>, closed: Set<string>): void {
    const { base, ending, isPath } = members.named(name);
    if (ending === 'none' && !isPath) closed.add(name);
    else if (ending === 'part') judged.set(`${base}[]`, null);
  }

  /** It is never proposed as a column. */
  function hidden(save: Save, member: string, found: Json, members: Members): void {
    doubts.undeclared.add(member);
    const { of } = guessOf(member, found, members, nesting);
    seen.push({
      module: save.module,
      member,
      ...(of === undefined ? { as: 'unclear' } : { as: 'relation', of }),
    });
  }

  /** Where it looks like a relation it is followed, so that the log tells at once what else would have to be declared. */
  function undeclared(save: Save, name: string, value: Json, member: string, members: Members): void {
    if (isRefused(value, members)) doubts.undeclared.add(member);
    if (members.nested !== 'refuse') return;
    const guess = guessOf(member, value, members, nesting);
    seen.push({ module: save.module, member, ...guess });
    if (guess.of === undefined) return;
    const relation = { name: member, module: guess.of, field: undefined, references: [], isReverse: false };
    const own = doubts;
    doubts = noDoubts();
    relate(save, name, value, relation, new Map());
    doubts = own;
  }

  function relate(
    save: Save,
    name: string,
    value: Json,
    relation: Relation,
    judged: Map<string, Json>,
  ): void {
    const other = nesting.get(relation.module);
    if (!other) return;
    try {
      const said = statementsIn(value, other, spellingOf(name).ending);
      const isReference = relation.field !== undefined || (said.isSingle && !relation.isReverse);
      if (isReference) refer(save, name, relation.field ?? name, said, judged);
      const references = isReference ? [] : relation.references;
      for (const statement of said.statements)
        if (!isReference || statement.kind === 'record' || statement.kind === 'delete')
          store(statement, save, relation, references, isReference);
      if (isReference || save.operation !== 'update' || save.id === null) return;
      const list = {
        owner: { module: save.module, id: save.id },
        member: relation.name,
        module: relation.module,
        idField: other.idField,
        references,
      };
      const kept = said.statements.flatMap(({ kind, id }) =>
        kind === 'unlink' || id === undefined ? [] : [id],
      );
      if (said.isWhole) lists.push({ ...list, kept });
      const left = said.statements.flatMap((one) => ('mayStay' in one ? [one.id] : []));
      if (left.length > 0) lists.push({ ...list, kept, left });
    } catch (fault) {
      if (!(fault instanceof NestingFault)) throw fault;
      doubts.faults.push({ member: relation.name, message: fault.message });
    }
  }

  /** The save of the record at the other end. */
  function store(
    statement: Statement,
    parent: Save,
    { module: name }: Relation,
    references: readonly string[],
    isReference: boolean,
  ): void {
    const { kind, id = null } = statement;
    if (kind === 'delete') {
      nested.push({ module: name, operation: 'delete', id, fields: new Map() });
      return;
    }
    const fields = kind === 'record' ? statement.fields : new Map<string, Json>();
    if (isReference && id !== null && fields.size === 0) return;
    const operation = id === null ? 'create' : 'update';
    const save = visit({ module: name, operation, id, fields, ...waysOf(parent) });
    const owner: Json = kind === 'unlink' ? null : (parent.id ?? NO_ID_YET);
    nested.push({ ...save, fields: withReferences(save.fields, references, owner) });
  }

  const own = saves.map(visit);
  return {
    saves: mergedSaves([...own, ...nested], doubts),
    lists,
    doubt: doubtIn(doubts),
    seen,
  };
}

/** The save's own reference to the record that the value names: it is judged as the field that stores it. */
function refer(
  save: Save,
  name: string,
  field: string,
  { statements, isWhole }: Statements,
  judged: Map<string, Json>,
): void {
  const named = statements.filter(({ kind }) => kind === 'record' || kind === 'link');
  const isLeft = statements.some(({ kind }) => kind === 'unlink' || kind === 'delete');
  if (named.length === 0 && !isWhole && !isLeft) return;
  const [first] = named;
  const owner: Json = first === undefined ? null : named.length > 1 ? NO_ID_YET : (first.id ?? NO_ID_YET);
  const isOther = (other: string) =>
    other !== name && saidOf(save, field, undefined).values.includes(save.fields.get(other) ?? null);
  const second = [...save.fields].find(([other]) => isOther(other));
  if (second && (owner === NO_ID_YET || textOf(second[1]) !== textOf(owner)))
    throw new NestingFault(`"${name}" and "${second[0]}" name two records`);
  judged.set(field, owner);
}

/** The fields with the references to the record that nests them. */
function withReferences(fields: JsonObject, references: readonly string[], owner: Json): JsonObject {
  if (references.length === 0) return fields;
  const all = new Map(fields);
  for (const reference of references) {
    const given = saidOf({ fields }, reference, undefined).values;
    const differs = given.some(
      (value) => isList(value) || isObject(value) || isObject(owner) || textOf(value) !== textOf(owner),
    );
    if (differs) throw new NestingFault(`the related record names another one in "${reference}"`);
    if (given.length === 0) all.set(reference, owner);
  }
  return all;
}
