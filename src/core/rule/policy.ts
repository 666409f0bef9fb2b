import { namesIn } from '../likeness/name-index.ts';
import type { Save } from '../saving/save.ts';
import { addressFieldsOf, addressGuardsOf, aliasesOf, namesOfGuardedAddresses, type Rule } from './rule.ts';

/** The rules in force, ready to be looked up. Each knows its mode: those in shadow mode are among them. */
export type Policy = {
  /** Whether any rule is enforced, of whatever module. */
  readonly isEnforcing: boolean;
  /** Whether any rule only says what it would have asked for. */
  readonly hasShadows: boolean;
  rulesOf(module: string): readonly Rule[];
  /** Of the module's rules, those that the fields of the save could concern, or that are about any save. What it costs does not grow with the number of rules. */
  rulesFor(save: Save): readonly Rule[];
  /** Of the module's rules, those that keep who is there from callers without a grant. */
  hidingRulesOf(module: string): readonly Rule[];
  /** The fields of a module's records that its rules read or send to; those of rules in shadow mode only where they are wanted. */
  guardedFieldsOf(module: string, withShadows?: boolean): readonly string[];
  /** The enforced rule with this id or sanitised name, in any case. */
  ruleNamed(alias: string): Rule | undefined;
};

/** Whether the rule refuses and sends, and does not only say what it would do. */
export function isEnforced({ mode }: Pick<Rule, 'mode'>): boolean {
  return mode === 'enforce';
}

export function policyOf(rules: readonly Rule[]): Policy {
  const indexes = indexesOf(rules);
  const named = rules
    .filter(isEnforced)
    .flatMap((rule) => aliasesOf(rule).map((alias) => [alias, rule] as const));
  const byAlias = new Map(named);
  return {
    isEnforcing: rules.some(isEnforced),
    hasShadows: !rules.every(isEnforced),
    rulesOf: (name) => indexes.get(name)?.all ?? [],
    rulesFor: (save) => rulesIn(indexes.get(save.module), save),
    hidingRulesOf: (name) => indexes.get(name)?.hiding ?? [],
    guardedFieldsOf: (name, withShadows = false) => {
      const index = indexes.get(name);
      return (withShadows ? index?.fields : index?.enforcedFields) ?? [];
    },
    ruleNamed: (alias) => byAlias.get(alias.toLowerCase()),
  };
}

/** The rules of one module, and by which fields of a save they are found. */
type Index = {
  readonly all: readonly Rule[];
  /** The rules' places in the configuration. */
  readonly places: ReadonlyMap<Rule, number>;
  readonly byField: ReadonlyMap<string, readonly Rule[]>;
  /** About any save. */
  readonly anyway: readonly Rule[];
  /** About the addresses of other modules' records, which go when their own record is deleted. */
  readonly guards: readonly Rule[];
  /** Enforced, about reads, in a module that hides. */
  readonly hiding: readonly Rule[];
  /** The fields that the rules read or send to. */
  readonly fields: readonly string[];
  readonly enforcedFields: readonly string[];
};

/** The rules of each module, with those that stand guard there over addresses. */
function indexesOf(rules: readonly Rule[]): ReadonlyMap<string, Index> {
  const byModule = Map.groupBy([...rules, ...rules.flatMap(addressGuardsOf)], (rule) => rule.module);
  return new Map([...byModule].map(([name, all]) => [name, indexOf(all)]));
}

function indexOf(all: readonly Rule[]): Index {
  const byField = new Map<string, Rule[]>();
  const anyway: Rule[] = [];
  for (const rule of all) {
    const needs = needsOf(rule);
    if (!needs) anyway.push(rule);
    for (const field of needs ?? []) byField.set(field, [...(byField.get(field) ?? []), rule]);
  }
  const fieldsOf = (rules: readonly Rule[]) => [
    ...new Set(rules.flatMap((rule) => [...rule.when.fields, ...addressFieldsOf(rule)])),
  ];
  const enforced = all.filter(isEnforced);
  const places = new Map(all.map((rule, place) => [rule, place]));
  const hiding = enforced.filter(({ hides, on }) => hides && on.has('read'));
  const guards = all.filter(({ standsGuard }) => standsGuard);
  return {
    all,
    places,
    byField,
    anyway,
    guards,
    hiding,
    fields: fieldsOf(all),
    enforcedFields: fieldsOf(enforced),
  };
}

/** The fields of which a save has to give one, folded, for the rule to speak or to send; undefined where it may do so anyway. */
function needsOf(rule: Rule): ReadonlySet<string> | undefined {
  const { when, send } = rule;
  if (!when.needs || !send.when.needs) return undefined;
  return new Set([...when.needs, ...send.when.needs, ...namesOfGuardedAddresses(rule)]);
}

/** In the order of the configuration, which is that of answers. */
function rulesIn(index: Index | undefined, save: Save): readonly Rule[] {
  if (!index) return [];
  const { places, byField, anyway, guards } = index;
  const lists = anyway.length > 0 ? [anyway] : [];
  if (save.operation === 'delete' && guards.length > 0) lists.push(guards);
  for (const name of namesIn(save)) {
    const list = byField.get(name);
    if (list) lists.push(list);
  }
  const [only = [], ...others] = lists;
  if (others.length === 0) return only;
  return [...new Set(lists.flat())].sort((one, two) => (places.get(one) ?? 0) - (places.get(two) ?? 0));
}
