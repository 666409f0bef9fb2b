import { subjectOf } from '../likeness/reference.ts';
import { addressFieldsOf, addressGuardsOf, type Rule } from '../rule/rule.ts';
import { isCollection, type ModuleDefinition, type RelationTarget } from '../saving/module.ts';
import { keyOf, knownKeyOf, type Members, type Nesting, type Relation } from './members.ts';
import { nameMembers } from './named.ts';

/** What a dialect knows of the members of its records. */
export type NestingFacts = Pick<Members, 'idField' | 'idOf' | 'listsAreValues' | 'isOwn'>;

/** A rule's reference from its own module to the one that holds the address. */
type Via = {
  readonly from: string;
  readonly field: string;
  /** Whether the reference stands deeper than in the field, so that the field holds objects. */
  readonly isDeep: boolean;
  readonly to: string;
  /** Keys of the members at the other end that set it; undefined where nobody said so: then any may. */
  readonly reverse: readonly string[] | undefined;
};

/** What the modules and the rules say of members, compiled once. */
export function nestingOf(
  definitions: readonly ModuleDefinition[],
  rules: readonly Rule[],
  factsOf: (definition: ModuleDefinition) => NestingFacts,
): Nesting {
  const vias = rules.flatMap(viasOf);
  const declared = definitions.flatMap((definition) => declaredIn(definition, vias));
  const guards = [...rules, ...rules.flatMap(addressGuardsOf)];
  const guardedBy = (some: readonly Rule[]) =>
    keysOf(some.flatMap((rule) => [...rule.when.fields, ...addressFieldsOf(rule)]));
  const guardedIn = (other: string) => guardedBy(guards.filter((rule) => rule.module === other));
  return new Map(
    definitions.map((definition) => {
      const { name, nested = 'refuse', knownFields } = definition;
      const relations = declared
        .filter(({ home }) => home === name)
        .map(({ home, ...relation }): readonly [string, Relation] => [
          keyOf(relation.name),
          { ...relation, references: referencesOf(home, relation, declared, vias) },
        ]);
      const own = Map.groupBy(guards, (rule) => rule.module === name);
      const members: Omit<Members, 'named'> = {
        module: name,
        nested,
        known: knownFields && new Set(knownFields.map(knownKeyOf)),
        envelope: keysOf(definition.envelopeFields ?? []),
        values: keysOf(definition.values ?? []),
        relations: new Map(relations),
        linking: new Set(
          relations
            .filter(([, { module: other, references }]) =>
              references.some((field) => guardedIn(other).has(keyOf(field))),
            )
            .map(([, { name }]) => subjectOf(name)),
        ),
        references: keysOf(vias.filter(({ from }) => from === name).map(({ field }) => field)),
        leading: leadingFrom(name, vias),
        ledTo: keysOf(
          vias
            .filter(({ from }) => from === name)
            .flatMap(({ to }) => definitions.filter((other) => other.name === to))
            .flatMap(namesOf),
        ),
        guarded: guardedBy(own.get(true) ?? []),
        guardedElsewhere: guardedBy(own.get(false) ?? []),
        names: namesOf(definition),
        ...factsOf(definition),
      };
      return [name, { ...members, named: nameMembers(members) }];
    }),
  );
}

function leadingFrom(home: string, vias: readonly Via[]): Members['leading'] {
  const own = Map.groupBy(
    vias.filter(({ from }) => from === home),
    ({ to }) => to,
  );
  return new Map([...own].map(([to, some]) => [to, [...new Set(some.map(({ field }) => field))]]));
}

const keysOf = (names: readonly string[]): ReadonlySet<string> => new Set(names.map(keyOf));

function namesOf(definition: ModuleDefinition): readonly string[] {
  const own = isCollection(definition)
    ? definition.path.slice(definition.path.lastIndexOf('/') + 1)
    : (definition.type ?? definition.name);
  return [definition.name, own];
}

function viasOf({ module: from, send }: Rule): readonly Via[] {
  return send.to.flatMap(({ address }) => {
    if (address.kind === 'own') return [];
    const { via: field, viaAt, module: to, reverse } = address;
    const isDeep = viaAt !== undefined;
    return [{ from, field, isDeep, to, reverse: reverse === 'none' ? [] : reverse }];
  });
}

type Declared = Omit<Relation, 'references'> & { readonly home: string };

/** The relations that the module declares, and those that rules declare as the other side of theirs. */
function declaredIn(
  { name: home, relations = {} }: ModuleDefinition,
  vias: readonly Via[],
): readonly Declared[] {
  const own = Object.entries(relations).map(([name, target]: [string, RelationTarget]): Declared => {
    const { module: other, field } =
      typeof target === 'string' ? { module: target, field: undefined } : target;
    const via = vias.find((one) => one.from === home && one.to === other && keyOf(one.field) === keyOf(name));
    return {
      home,
      name,
      module: other,
      field: field ?? via?.field,
      isReverse: isReverse(home, name, other, vias),
    };
  });
  const names = new Set(own.map(({ name }) => keyOf(name)));
  const reverse = vias
    .filter(({ to }) => to === home)
    .flatMap(({ from, reverse = [] }) =>
      reverse.map((name): Declared => ({ home, name, module: from, field: undefined, isReverse: true })),
    )
    .filter(({ name }) => !names.has(keyOf(name)));
  const deep = vias
    .filter(({ from, field, isDeep }) => isDeep && from === home && !names.has(keyOf(field)))
    .map(({ field, to }): Declared => ({ home, name: field, module: to, field, isReverse: false }));
  return [...own, ...reverse, ...deep];
}

/** Whether the member is the other side of a rule's reference: named so, or, where the rule names none, any to its module. */
function isReverse(home: string, name: string, other: string, vias: readonly Via[]): boolean {
  return vias.some(({ from, to, reverse }) => to === home && from === other && isNamedIn(reverse, name));
}

/** Whether the member is one of those by which the other side is set: under any name that is about the same records. */
function isNamedIn(reverse: readonly string[] | undefined, name: string): boolean {
  return reverse?.some((member) => subjectOf(member) === subjectOf(name)) ?? true;
}

/** The fields at the other end that hold this record's id: what the rules say of them goes before what may be guessed. */
function referencesOf(
  home: string,
  { name, module: other }: Omit<Declared, 'home'>,
  declared: readonly Declared[],
  vias: readonly Via[],
): readonly string[] {
  const back = vias.filter(({ from, to }) => from === other && to === home);
  const isSetHere = ({ reverse }: Via) => isNamedIn(reverse, name);
  const excluded = new Set(back.filter((via) => !isSetHere(via)).map(({ field }) => keyOf(field)));
  const guessed = declared
    .filter((relation) => relation.home === other && relation.module === home && !relation.isReverse)
    .map((relation) => relation.field ?? relation.name)
    .filter((field) => !excluded.has(keyOf(field)));
  return [...new Set([...back.filter(isSetHere).map(({ field }) => field), ...guessed])];
}
