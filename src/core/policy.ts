import { addressFieldsOf, addressGuardsOf, aliasesOf, type Rule } from './rule.ts';

/** The rules in force, ready to be looked up. All but `shadowRulesOf` are about those that are enforced. */
export type Policy = {
  rulesOf(module: string): readonly Rule[];
  /** The rules that only say what they would have asked for. */
  shadowRulesOf(module: string): readonly Rule[];
  /** The fields of a module's records that its rules read or send to; those of rules in shadow mode only where they are wanted. */
  guardedFieldsOf(module: string, withShadows?: boolean): readonly string[];
  /** The rule with this id or sanitised name, in any case. */
  ruleNamed(alias: string): Rule | undefined;
};

export function policyOf(all: readonly Rule[]): Policy {
  const rules = all.filter(({ mode }) => mode === 'enforce');
  const byModule = byModuleOf(rules);
  const shadows = byModuleOf(all.filter(({ mode }) => mode === 'shadow'));
  const byAlias = new Map(rules.flatMap((rule) => aliasesOf(rule).map((alias) => [alias, rule] as const)));
  return {
    rulesOf: (name) => byModule.get(name) ?? [],
    shadowRulesOf: (name) => shadows.get(name) ?? [],
    guardedFieldsOf: (name, withShadows = false) =>
      [...(byModule.get(name) ?? []), ...(withShadows ? (shadows.get(name) ?? []) : [])].flatMap((rule) => [
        ...rule.when.fields,
        ...addressFieldsOf(rule),
      ]),
    ruleNamed: (alias) => byAlias.get(alias.toLowerCase()),
  };
}

/** The rules of each module, with those that stand guard there over addresses. */
function byModuleOf(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const guards = rules.filter(({ recipientChange }) => recipientChange === 'guard').flatMap(addressGuardsOf);
  return Map.groupBy([...rules, ...guards], (rule) => rule.module);
}
