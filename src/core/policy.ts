import { aliasesOf, type Rule } from './rule.ts';

/** The rules in force, ready to be looked up. */
export type Policy = {
  rulesOf(module: string): readonly Rule[];
  /** The rule with this id or sanitised name, in any case. */
  ruleNamed(alias: string): Rule | undefined;
};

export function policyOf(rules: readonly Rule[]): Policy {
  const byModule = Map.groupBy(rules, (rule) => rule.module);
  const byAlias = new Map(rules.flatMap((rule) => aliasesOf(rule).map((alias) => [alias, rule] as const)));
  return {
    rulesOf: (name) => byModule.get(name) ?? [],
    ruleNamed: (alias) => byAlias.get(alias.toLowerCase()),
  };
}
