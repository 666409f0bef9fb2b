import { knownOf } from '../../core/criteria/facts.ts';
import { leftOutOf, unlinkedSave } from '../../core/nesting/left-out.ts';
import { MAX_RECORDS } from '../../core/nesting/merge.ts';
import { isEnforced, type Policy } from '../../core/rule/policy.ts';
import type { WholeList } from '../../core/saving/nested.ts';
import type { Intent, Save } from '../../core/saving/save.ts';
import { problem } from '../../core/verdict/problem.ts';
import { type HandedOn, type Refused, refused } from '../../core/verdict/verdict.ts';
import type { RecordReader } from '../../ports.ts';
import { readBefore } from './read-before.ts';
import { isIdle, type RulesAtStake, rulesAtStake } from './rules-at-stake.ts';

/**
 * The saves of records that lists of the request leave out: they lose their reference, and some CRMs delete them. The stored list is
 * read only where rules could be about that; where it cannot be read, enforced rules keep the request from passing.
 */
export async function leftOutSaves(
  { lists = [], saves: own }: Pick<Intent, 'lists' | 'saves'>,
  reader: RecordReader,
  policy: Policy,
): Promise<readonly Save[] | Refused | HandedOn> {
  const found: Save[] = [];
  for (const list of lists) {
    const fates = fatesOf(unlinkedSave(list, ANY), policy);
    if (fates.length === 0) continue;
    const isHeld = fates.some(({ rules, hiding }) => rules.some(isEnforced) || hiding.length > 0);
    const before = await readBefore(list.owner.module, list.owner.id, reader);
    if (before.kind !== 'found') {
      if (isHeld) return before;
      continue;
    }
    const saves = leftOutOf(list, before.record.fields);
    if (!saves && isHeld) return refused(problem('request-unreadable', unreadText(list)));
    const twice = saves?.find((save) => own.some((other) => isSame(save, other)));
    // One code would be for both, and the customer would be told of one.
    if (twice && isHeld) return refused(problem('request-unreadable', twiceText(list, twice)));
    found.push(...(saves ?? []).flatMap((save) => fatesOf(save, policy).map((one) => one.save)));
    if (found.length > 2 * MAX_RECORDS) return refused(problem('request-unreadable', manyText(list)));
  }
  return found;
}

const ANY = '1';

function isSame(one: Save, other: Save): boolean {
  return one.module === other.module && one.id === other.id;
}

function twiceText({ member }: WholeList, { id }: Save): string {
  return `The list in "${member}" leaves out the record "${id}", which the same request saves. Send two requests.`;
}

function manyText({ member }: WholeList): string {
  return `The list in "${member}" leaves out more than ${MAX_RECORDS} records. Remove them in several requests.`;
}

/** What may become of a record that is left out, as far as any rule could be about it. */
function fatesOf(unlinked: Save, policy: Policy): readonly RulesAtStake[] {
  const deleted: Save = { ...unlinked, operation: 'delete', fields: new Map() };
  return [deleted, unlinked].map((save) => rulesAtStake(knownOf(save), policy)).filter((one) => !isIdle(one));
}

function unreadText({ member }: WholeList): string {
  return `The list in "${member}" leaves out whom it does not name, and the stored record does not show who that is. Say what is added, changed or removed, as {"create": […], "update": […], "delete": […]}.`;
}
