import { knownOf } from '../../core/criteria/facts.ts';
import { leftOutOf, unlinkedSave } from '../../core/nesting/left-out.ts';
import { MAX_RECORDS } from '../../core/nesting/merge.ts';
import { isEnforced, type Policy } from '../../core/rule/policy.ts';
import type { WholeList } from '../../core/saving/nested.ts';
import type { Save } from '../../core/saving/save.ts';
import { problem } from '../../core/verdict/problem.ts';
import { type HandedOn, type Refused, refused } from '../../core/verdict/verdict.ts';
import type { Intent } from '../../ports/intent.ts';
import { readBefore } from './read-before.ts';
import { isIdle, knownBy, narrowed, type RulesAtStake, rulesAtStake } from './rules-at-stake.ts';

/**
 * The saves of records that lists of the request leave out, with the rules that could concern them: the records lose their reference, and
 * some CRMs delete them. The stored list is read only where rules could be about that; where it cannot be read, enforced rules keep the
 * request from passing.
 */
export async function leftOutAtStake(
  intent: Intent,
  policy: Policy,
): Promise<readonly RulesAtStake[] | Refused | HandedOn> {
  const { lists = [], saves: own } = intent;
  const found: RulesAtStake[] = [];
  for (const list of lists) {
    const fates = fatesOf(list, policy);
    if (fates.length === 0) continue;
    const isHeld = fates.some(({ rules, hiding }) => rules.some(isEnforced) || hiding.length > 0);
    const saves = await savesOf(list, intent);
    if (saves !== undefined && 'kind' in saves) {
      if (isHeld) return saves;
      continue;
    }
    if (!saves && isHeld) return refused(problem('request-unreadable', unreadText(list)));
    const twice = list.left ? undefined : saves?.find((save) => own.some((other) => isSame(save, other)));
    // One code would be for both, and the customer would be told of one.
    if (twice && isHeld) return refused(problem('request-unreadable', twiceText(list, twice)));
    for (const { id } of saves ?? []) {
      const ofRecord = fates.map((fate) => narrowed(fate, knownBy({ ...fate.save, id }, intent)));
      found.push(...ofRecord.filter((one) => !isIdle(one)));
    }
    if (found.length > 2 * MAX_RECORDS) return refused(problem('request-unreadable', manyText(list)));
  }
  return found;
}

/** The saves of those that are left out; undefined where the stored record does not show who they are, or why it could not be read. */
async function savesOf(
  list: WholeList,
  { reader }: Intent,
): Promise<readonly Save[] | Refused | HandedOn | undefined> {
  if (list.left) return list.left.map((id) => unlinkedSave(list, id));
  const before = await readBefore(list.owner.module, list.owner.id, reader);
  return before.kind === 'found' ? leftOutOf(list, before.record.fields) : before;
}

function isSame(one: Save, other: Save): boolean {
  return one.module === other.module && one.id === other.id;
}

function twiceText({ member }: WholeList, { id }: Save): string {
  return `The list in "${member}" leaves out the record "${id}", which the same request saves. Send two requests.`;
}

function manyText({ member }: WholeList): string {
  return `The list in "${member}" leaves out more than ${MAX_RECORDS} records. Remove them in several requests.`;
}

/** What may become of any record that the list leaves out, as far as rules could be about it, whoever asks. */
function fatesOf(list: WholeList, policy: Policy): readonly RulesAtStake[] {
  const unlinked = unlinkedSave(list, ANY);
  const deleted: Save = { ...unlinked, operation: 'delete', fields: new Map() };
  return [deleted, unlinked]
    .map((save) => rulesAtStake({ ...knownOf(save), isAnyRecord: true }, policy))
    .filter((one) => !isIdle(one));
}

/** Stands for the id of each of them. */
const ANY = '1';

function unreadText({ member }: WholeList): string {
  return `The list in "${member}" leaves out whom it does not name, and the stored record does not show who that is. Say what is added, changed or removed, as {"create": […], "update": […], "delete": […]}.`;
}
