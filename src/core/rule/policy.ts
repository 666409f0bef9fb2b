import { foldName } from '../likeness/fold.ts';
import { namesIn } from '../likeness/resemblance.ts';
import { openFieldsOf } from '../likeness/said.ts';
import type { Save } from '../saving/save.ts';
import { isScalar } from '../wire/json.ts';
import { addressFieldsOf, addressGuardsOf, aliasesOf, guardedAddressesOf, type Rule } from './rule.ts';

/** The rules in force, ready to be looked up. All but those named so are about the ones that are enforced. */
export type Policy = {
  /** Whether any rule is enforced, of whatever module. */
  readonly isEnforcing: boolean;
  /** Whether any rule only says what it would have asked for. */
  readonly hasShadows: boolean;
  rulesOf(module: string): readonly Rule[];
  /** Of the module's rules, those that the fields of the save could concern, or that are about any save. What it costs does not grow with the number of rules. */
  rulesFor(save: Save): readonly Rule[];
  /** Of the module's rules, those that keep who is there from callers without a grant. */
  hidersOf(module: string): readonly Rule[];
  /** The rules that only say what they would have asked for. */
  shadowRulesOf(module: string): readonly Rule[];
  shadowRulesFor(save: Save): readonly Rule[];
  /** The fields of a module's records that its rules read or send to; those of rules in shadow mode only where they are wanted. */
  guardedFieldsOf(module: string, withShadows?: boolean): readonly string[];
  /** The rule with this id or sanitised name, in any case. */
  ruleNamed(alias: string): Rule | undefined;
};

export function policyOf(all: readonly Rule[]): Policy {
  const rules = all.filter(({ mode }) => mode === 'enforce');
  const enforced = indexesOf(rules);
  const shadows = indexesOf(all.filter(({ mode }) => mode === 'shadow'));
  const byAlias = new Map(rules.flatMap((rule) => aliasesOf(rule).map((alias) => [alias, rule] as const)));
  return {
    isEnforcing: rules.length > 0,
    hasShadows: all.length > rules.length,
    rulesOf: (name) => enforced.get(name)?.all ?? [],
    rulesFor: (save) => rulesIn(enforced.get(save.module), save),
    hidersOf: (name) => enforced.get(name)?.hiders ?? [],
    shadowRulesOf: (name) => shadows.get(name)?.all ?? [],
    shadowRulesFor: (save) => rulesIn(shadows.get(save.module), save),
    guardedFieldsOf: (name, withShadows = false) => [
      ...(enforced.get(name)?.fields ?? []),
      ...(withShadows ? (shadows.get(name)?.fields ?? []) : []),
    ],
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
  /** About reads, in a module that hides. */
  readonly hiders: readonly Rule[];
  /** The fields that the rules read or send to. */
  readonly fields: readonly string[];
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
  const fields = all.flatMap((rule) => [...rule.when.fields, ...addressFieldsOf(rule)]);
  const places = new Map(all.map((rule, place) => [rule, place]));
  const hiders = all.filter(({ hides, on }) => hides && on.has('read'));
  const guards = all.filter(({ standsGuard }) => standsGuard);
  return { all, places, byField, anyway, guards, hiders, fields: [...new Set(fields)] };
}

/** The fields of which a save has to give one, folded, for the rule to speak or to send; undefined where it may do so anyway. */
function needsOf(rule: Rule): ReadonlySet<string> | undefined {
  const { when, send } = rule;
  if (!when.needs || !send.when.needs) return undefined;
  return new Set([...when.needs, ...send.when.needs, ...guardedAddressesOf(rule).map(foldName)]);
}

/** In the order of the configuration, which is that of answers. */
function rulesIn(index: Index | undefined, save: Save): readonly Rule[] {
  if (!index) return [];
  const { all, places, byField, anyway, guards } = index;
  // What stands deeper may be a field to some CRM, whatever it is called.
  for (const value of openFieldsOf(save).values()) if (!isScalar(value)) return all;
  const lists = anyway.length > 0 ? [anyway] : [];
  if (save.operation === 'delete' && guards.length > 0) lists.push(guards);
  for (const name of namesIn(save.fields)) {
    const list = byField.get(name);
    if (list) lists.push(list);
  }
  const [only = [], ...others] = lists;
  if (others.length === 0) return only;
  return [...new Set(lists.flat())].sort((one, two) => (places.get(one) ?? 0) - (places.get(two) ?? 0));
}
