import type { Known } from '../criteria/facts.ts';
import type { Need } from '../criteria/needs.ts';
import type { Operation } from '../saving/save.ts';
import {
  addressFieldsOf,
  addressGuardsOf,
  aliasesOf,
  namesOfGuardedAddresses,
  type Rule,
  shownFieldsOf,
} from './rule.ts';
import { indexRules, type RuleIndex } from './rule-index.ts';

/** The rules in force, ready to be looked up. Each knows its mode: those in shadow mode are among them. */
export type Policy = {
  /** Whether any rule is enforced, of whatever module. */
  readonly isEnforcing: boolean;
  /** Whether any rule only says what it would have asked for. */
  readonly hasShadows: boolean;
  rulesOf(module: string): readonly Rule[];
  /** Of the module's rules, those that what is known of the save could concern. What it costs does not grow with the number of rules. */
  rulesFor(known: Known): readonly Rule[];
  /** Of the module's rules, those that keep who is there from callers without a grant. */
  hidingRulesOf(module: string): readonly Rule[];
  /** The fields of a module's records that its rules read or send to; those of rules in shadow mode only where they are wanted. */
  guardedFieldsOf(module: string, withShadows?: boolean): readonly string[];
  /** The fields of a module's records that the messages of its enforced rules show: codes are bound to them. */
  shownFieldsOf(module: string): readonly string[];
  /** The enforced rule with this id or sanitised name, in any case. */
  ruleNamed(alias: string): Rule | undefined;
};

/** Whether the rule refuses and sends, and does not only say what it would do. */
export function isEnforced({ mode }: Pick<Rule, 'mode'>): boolean {
  return mode === 'enforce';
}

/** Compiles the rules of a configuration, once: how they are looked up is decided here. */
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
    rulesFor: (known) =>
      indexes.get(known.save.module)?.byOperation[known.save.operation].rulesFor(known) ?? [],
    hidingRulesOf: (name) => indexes.get(name)?.hiding ?? [],
    guardedFieldsOf: (name, withShadows = false) => {
      const index = indexes.get(name);
      return (withShadows ? index?.fields : index?.enforcedFields) ?? [];
    },
    shownFieldsOf: (name) => indexes.get(name)?.shown ?? [],
    ruleNamed: (alias) => byAlias.get(alias.toLowerCase()),
  };
}

/** The rules of one module, and how they are found. */
type Index = {
  readonly all: readonly Rule[];
  readonly byOperation: Readonly<Record<Operation, RuleIndex>>;
  /** Enforced, about reads, in a module that hides. */
  readonly hiding: readonly Rule[];
  /** The fields that the rules read or send to. */
  readonly fields: readonly string[];
  readonly enforcedFields: readonly string[];
  /** The fields that messages of enforced rules show. */
  readonly shown: readonly string[];
};

/** The rules of each module, with those that stand guard there over addresses, in the order of the configuration. */
function indexesOf(rules: readonly Rule[]): ReadonlyMap<string, Index> {
  const guarding = rules.flatMap((rule) => [rule, ...addressGuardsOf(rule)]);
  const byModule = Map.groupBy(guarding, (rule) => rule.module);
  return new Map([...byModule].map(([name, all]) => [name, indexOf(all)]));
}

function indexOf(all: readonly Rule[]): Index {
  const indexFor = (operation: Operation) => indexRules(all, (rule) => needsFor(rule, operation));
  const fieldsOf = (rules: readonly Rule[]) => [
    ...new Set(rules.flatMap((rule) => [...rule.when.fields, ...addressFieldsOf(rule)])),
  ];
  const enforced = all.filter(isEnforced);
  return {
    all,
    byOperation: {
      create: indexFor('create'),
      update: indexFor('update'),
      delete: indexFor('delete'),
      read: indexFor('read'),
    },
    hiding: enforced.filter(({ hides, on }) => hides && on.has('read')),
    fields: fieldsOf(all),
    enforcedFields: fieldsOf(enforced),
    shown: [...new Set(enforced.flatMap(({ send }) => send.wordings.flatMap(shownFieldsOf)))],
  };
}

/** Of which needs one has to be met for the rule to apply to such a request, or to send after it; undefined where it may do so anyway. */
function needsFor(rule: Rule, operation: Operation): readonly Need[] | undefined {
  const { when, send, on, onCreate } = rule;
  if (operation === 'delete' && rule.standsGuard) return undefined;
  const isAsked = operation === 'create' ? onCreate !== 'allow' : on.has(operation);
  const mayShow = operation !== 'create' && operation !== 'read' && on.has('read');
  const needs = [
    isAsked ? when.needs : [],
    // What a save says is nothing to a rule about the read that its answer amounts to.
    mayShow ? when.needs?.filter(({ kind }) => kind === 'fact') : [],
    operation === 'read' ? [] : send.when.needs,
    operation === 'update' ? [{ kind: 'said', names: namesOfGuardedAddresses(rule) } as const] : [],
  ];
  if (mayShow && when.needs?.some((need) => need.kind === 'fact' && need.path[0] === 'record'))
    return undefined;
  return needs.every((some) => some !== undefined) ? needs.flat() : undefined;
}
