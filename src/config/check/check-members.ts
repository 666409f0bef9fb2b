import type { DecodedRule } from '../compile/compile-rule.ts';
import type { Diagnostic } from '../explain/problem.ts';
import { nearest } from '../explain/suggest.ts';
import type { Decoded } from '../schema/schema.ts';
import { when } from './when.ts';

type RelationEntry = Decoded['modules'][string]['relations'][string];

/** The module whose records a relation holds, however the relation is written. */
export function moduleOfRelation(target: RelationEntry): string {
  return typeof target === 'string' ? target : target.module;
}

/** Relations that lead to no module, and members that are said to be two things. */
export function checkMembers({ modules }: Pick<Decoded, 'modules'>): readonly Diagnostic[] {
  return Object.entries(modules).flatMap(([name, { relations, values }]) =>
    Object.entries(relations).flatMap(([member, target]): readonly Diagnostic[] => {
      const other = moduleOfRelation(target);
      const path = ['modules', name, 'relations', member];
      const known = Object.keys(modules);
      return [
        ...(known.includes(other)
          ? []
          : [{ path, message: `there is no module "${other}"`, suggestion: nearest(other, known) }]),
        ...(values.includes(member)
          ? [{ path, message: 'is named in "values" too: say whether it is a column or holds records' }]
          : []),
      ];
    }),
  );
}

/**
 * Addresses that are found by a reference, of which nobody said by which members it is set from the other side. The gateway takes
 * every relation from there for one; whoever wrote the rule may not have thought of it.
 */
export function checkReverses({ rules }: Pick<Decoded, 'rules'>): readonly Diagnostic[] {
  return rules.flatMap((rule, index) =>
    rule.send.to.flatMap(({ address }, place) => {
      if (typeof address === 'string' || address.reverse !== undefined || rule.recipientChange === 'allow')
        return [];
      const message = `does not say by which members a save of ${address.module} sets "${address.via}" from over there: write reverse: [members], or reverse: none`;
      return [{ path: ['rules', index, 'send', 'to', place, 'address'], message }];
    }),
  );
}

/** What modules let through that nobody judges as what it may be. */
export function adviseMembers({ modules, rules }: Pick<Decoded, 'modules' | 'rules'>): readonly Diagnostic[] {
  const findings = Object.entries(modules).flatMap(([name, { nested, relations }]) => {
    const others = rules.filter((rule) => rule.mode === 'enforce' && rule.module !== name).map(idOf);
    const guarded = others.length > 0 ? `, and so rule ${others.join(', ')} may be gone round` : '';
    const at = (...keys: readonly string[]) => ['modules', name, ...keys];
    return [
      ...when(
        nested === 'judge',
        at('nested'),
        `judge looks in undeclared members for fields of ${name} only; they may hold records of other modules${guarded}`,
      ),
      ...when(
        nested === 'forward',
        at('nested'),
        `forward looks into no undeclared member: whatever they hold is saved unjudged${guarded}`,
      ),
      ...Object.entries(relations).flatMap(([member, target]) => {
        const other = moduleOfRelation(target);
        const isOwn = typeof target !== 'string' && target.field !== undefined;
        return when(
          !isOwn && rules.some((rule) => rule.module === other) && !refersTo(name, other, { modules, rules }),
          at('relations', member),
          `nobody says which field of ${other} refers to ${name}: name it in "relations" of ${other}, so that a link from here is judged as its change`,
        );
      }),
    ];
  });
  return findings.map((finding) => ({ ...finding, severity: 'warning' }));
}

/** Whether something says by which field records of one module refer to those of the other. */
function refersTo(
  name: string,
  from: string,
  { modules, rules }: Pick<Decoded, 'modules' | 'rules'>,
): boolean {
  const back = Object.values(modules[from]?.relations ?? {});
  return (
    back.some((target) => moduleOfRelation(target) === name) ||
    rules.some(
      (rule) =>
        rule.module === from &&
        rule.send.to.some(({ address }) => typeof address !== 'string' && address.module === name),
    )
  );
}

const idOf = ({ id, name }: DecodedRule): string => id ?? `"${name}"`;
