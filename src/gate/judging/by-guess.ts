import { isEnforced } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import type { Save } from '../../core/saving/save.ts';
import { quotedNames, steeredIn } from '../../core/saving/steered-by.ts';
import { problem } from '../../core/verdict/problem.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import type { Intent } from '../../ports/intent.ts';
import { rulesOpenedTo } from '../ledger/holds-grant.ts';
import type { Tools } from '../ledger/tools.ts';
import type { Stopped } from './judged.ts';
import { LEAVE_OUT } from './read-before.ts';
import type { RulesAtStake } from './rules-at-stake.ts';
import { withVerifiedName } from './verified-name.ts';

/** Rules about reads, with why a save is refused while they keep a record from its caller. */
export type ByGuess = { readonly refusal: Refused; readonly rules: readonly Rule[] };

/**
 * Rules about reads of a record that is read to judge the save, where the address of the save has names by which the CRM may show it or not, and no
 * grant opens it: `?salary__gt=5000` would tell what is stored by whether the record is there. Undefined where there are none.
 */
export async function byGuess(
  { save, rules }: RulesAtStake,
  intent: Intent,
  tools: Tools,
): Promise<ByGuess | undefined> {
  if (save.operation === 'read') return undefined;
  const own = save.id === null ? [] : rules.filter(({ on }) => on.has('read'));
  const keepers = [...own, ...keepersOfAddresses(rules, tools)];
  if (keepers.length === 0) return undefined;
  const query = [...new Set(keepers.flatMap(({ module: name }) => intent.reader.chosenBy(name)))];
  const closed = query.length === 0 ? [] : await closedTo(save, keepers, intent, tools);
  if (closed.length === 0) return undefined;
  const by = { query, headers: [], differs: false };
  const detail = `The CRM may show a record or not by ${quotedNames(by)} in the address, and its reads are guarded: that would tell what is stored. Save it with a grant for the record. ${LEAVE_OUT}`;
  return {
    refusal: refused(problem('request-unreadable', detail, { steered: steeredIn(save.module, by) })),
    rules: closed,
  };
}

/** The same of the first of several saves of which enforced rules say so. */
export async function byGuessAmong(
  atStake: readonly RulesAtStake[],
  intent: Intent,
  tools: Tools,
): Promise<Stopped | undefined> {
  for (const one of atStake) {
    const found = await byGuess(one, intent, tools);
    const enforced = found?.rules.filter(isEnforced) ?? [];
    if (found && enforced.length > 0) return { stop: found.refusal, save: one.save, rules: enforced };
  }
  return undefined;
}

/** Rules about reads of other modules in whose records the addresses are to which codes would go. For a rule in shadow mode, none keeps a save from passing. */
function keepersOfAddresses(rules: readonly Rule[], { policy }: Pick<Tools, 'policy'>): readonly Rule[] {
  const keepers = rules.flatMap((rule) =>
    rule.send.to
      .flatMap(({ address }) => (address.kind === 'related' ? policy.rulesOf(address.module) : []))
      .filter((keeper) => keeper.on.has('read') && (isEnforced(rule) || !isEnforced(keeper))),
  );
  return [...new Set(keepers)];
}

/** Those of the rules that ask this caller, and by which no grant opens the record of the save. */
async function closedTo(
  save: Save,
  keepers: readonly Rule[],
  intent: Intent,
  tools: Tools,
): Promise<readonly Rule[]> {
  const caller = await withVerifiedName(intent, keepers, save);
  const facts = { save, before: null, caller, request: intent.request, now: tools.clock.now() };
  const asking = keepers.filter(({ appliesTo }) => appliesTo.hold(facts));
  if (save.id === null) return asking;
  const opened = await rulesOpenedTo({ ...save, id: save.id }, { ...intent, caller }, tools);
  return asking.filter((rule) => !opened.includes(rule));
}
