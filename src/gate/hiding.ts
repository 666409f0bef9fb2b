import type { Rule } from '../core/rule/rule.ts';
import { refused } from '../core/verdict/verdict.ts';
import type { Intent } from '../ports/intent.ts';
import type { Stopped } from './judging/judged.ts';
import type { RulesAtStake } from './judging/rules-at-stake.ts';
import { withVerifiedName } from './judging/verified-name.ts';
import { holdsGrant } from './ledger/holds-grant.ts';
import type { Tools } from './ledger/tools.ts';
import { refusalBeforeLedger } from './refusals/refusal-text.ts';

/** What is answered to a request that names a record of which its caller may not know. */
const HIDDEN =
  'Records are shown with a grant only. Identify the person at the control API, turn their code into a grant, and send its token in OTPRULES-Grant.';
const NAMELESS =
  'A grant is good for whoever opened it, and your name could not be verified: send the request with credentials that can be.';

/**
 * The rules by which a request is refused that names a record by its id, in a module that hides who is there, without a grant for it.
 * The refusal says the same of every id, and it comes before the record is read to judge by: what that would have said, and how soon,
 * cannot show. Only where a rule wants the name that the caller claims may the CRM be asked before, to vouch for it, and by this record.
 */
async function hidingRulesFor(
  { save, hiding }: RulesAtStake,
  intent: Intent,
  tools: Tools,
): Promise<readonly Rule[]> {
  if (save.id === null || hiding.length === 0) return [];
  if (await holdsGrant({ module: save.module, id: save.id }, intent, tools)) return [];
  const caller = await withVerifiedName(intent, hiding, save);
  const facts = { save, before: null, caller, request: intent.request, now: tools.clock.now() };
  return hiding.filter(({ appliesTo }) => appliesTo.hold(facts));
}

/** Which of the saves is of a record that the caller may not know of: then nothing is read to judge by. */
export async function hiddenAmong(
  atStake: readonly RulesAtStake[],
  intent: Intent,
  tools: Tools,
): Promise<Stopped | undefined> {
  for (const one of atStake) {
    const rules = await hidingRulesFor(one, intent, tools);
    const asking = rules.map((rule) => ({ rule }));
    if (rules.length > 0)
      return {
        stop: refused(refusalBeforeLedger('otp-required', asking, detailFor(rules, intent))),
        save: one.save,
        rules,
      };
  }
  return undefined;
}

/** The same for every id: a name that the CRM would vouch for by the record of this one is not asked about. */
function detailFor(rules: readonly Rule[], { caller }: Intent): string {
  const isNameless = caller.user === '' && caller.claimed === undefined && rules.every((rule) => rule.caller);
  return isNameless ? `${HIDDEN} ${NAMELESS}` : HIDDEN;
}
