import { addressFieldsOf, addressGuardsOf, aliasesOf, type Rule } from './rule.ts';

/** The rules in force, ready to be looked up. */
export type Policy = {
  rulesOf(module: string): readonly Rule[];
  /** The fields of a module's records that its rules read or send to. */
  guardedFieldsOf(module: string): readonly string[];
  /** The rule with this id or sanitised name, in any case. */
  ruleNamed(alias: string): Rule | undefined;
};

export function policyOf(rules: readonly Rule[]): Policy {
  const guards = rules.filter((rule) => rule.recipientChange === 'guard').flatMap(addressGuardsOf);
  const byModule = Map.groupBy([...rules, ...guards], (rule) => rule.module);
  const byAlias = new Map(rules.flatMap((rule) => aliasesOf(rule).map((alias) => [alias, rule] as const)));
  return {
    rulesOf: (name) => byModule.get(name) ?? [],
    guardedFieldsOf: (name) =>
      (byModule.get(name) ?? []).flatMap((rule) => [...rule.when.fields, ...addressFieldsOf(rule)]),
    ruleNamed: (alias) => byAlias.get(alias.toLowerCase()),
  };
}
