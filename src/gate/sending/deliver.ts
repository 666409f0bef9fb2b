import type { Recipient, Row } from '../../core/ledger/row.ts';
import { type IssueRefusal, isAimedAt, readdress, type undeliver } from '../../core/ledger/sends.ts';
import { NOT_TAKEN } from '../../core/ledger/step.ts';
import { composeMessage, shownOf } from '../../core/rule/message.ts';
import { mailboxOf } from '../../core/rule/recipient.ts';
import { CONTROL_PREFIX } from '../../core/saving/route.ts';
import { type Linked, linkTokenOf } from '../handles/link.ts';
import { referenceOf } from '../handles/reference.ts';
import {
  type Full,
  type Place,
  releasePlaces,
  reserveAll,
  talliesOf,
  type Wanted,
} from '../ledger/limits.ts';
import { codeRows, type Seen } from '../ledger/rows.ts';
import { rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import type { Addressee } from './recipients.ts';

/** What became of a send. `mayHaveArrived`: a provider gave no answer, so the code lives and the send counts. */
export type Sent =
  | { readonly kind: 'sent'; readonly row: Row; readonly now: number; readonly recipient: Recipient }
  | {
      readonly kind: 'refused';
      readonly reason: SendRefusal;
      readonly row: Row;
      readonly now: number;
      readonly retryAt?: number | undefined;
      readonly mayHaveArrived?: boolean;
    };

/** `recipient-changed`: the living code went to an address that the record no longer has. */
export type SendRefusal =
  | IssueRefusal
  | 'recipient-missing'
  | 'recipient-changed'
  | 'rate-limited'
  | 'delivery-failed';

/** The address that a code goes to first, with its places in the limits, and those behind it. */
export type Aim = {
  readonly ok: true;
  readonly first: Addressee;
  readonly places: readonly Place[];
  /** The places that were taken with them, and are not the address's. */
  readonly shared: readonly Place[];
  readonly rest: readonly Addressee[];
};

/** The first address whose limits allow another code. `shared`: what has to have room, too, whatever the address is. */
export async function aimAt(
  addressees: readonly Addressee[],
  tools: Tools,
  shared: readonly Wanted[] = [],
): Promise<Aim | Pick<Full, 'ok' | 'retryAt'>> {
  let refusal: Pick<Full, 'ok' | 'retryAt'> = { ok: false, retryAt: 0 };
  for (const [index, first] of addressees.entries()) {
    const own = [...talliesOf('address', mailboxOf(first.address), tools), ...first.meters];
    const reservation = await reserveAll([...shared, ...own], tools);
    if (reservation.ok) {
      const { places } = reservation;
      return {
        ok: true,
        first,
        shared: places.slice(0, shared.length),
        places: places.slice(shared.length),
        rest: addressees.slice(index + 1),
      };
    }
    refusal = reservation;
    if (shared.includes(reservation.wanted)) break;
  }
  return refusal;
}

/** A stored code, in clear, and what the ledger does where no channel takes it. */
export type Deliverable = {
  readonly id: string;
  readonly code: string;
  /** Its row, where it was stored a moment ago. */
  readonly seen?: Seen;
  readonly giveBack: typeof undeliver;
};

/** Hands the code to one channel after the other until one takes it. Same code, same life, same budget. */
export async function deliver(
  subject: Subject,
  { id: codeId, code, seen, giveBack }: Deliverable,
  aim: Aim,
  tools: Tools,
): Promise<Sent> {
  const { rule, save, before, about } = subject;
  const keys = rowKeysOf(subject, tools.keyring);
  let mayHaveArrived = false;
  for (let next: Aim | undefined = aim; next; next = await nextOf(next, tools)) {
    const { recipient, address, channel, wording } = next.first;
    const named = { codeId, recipient };
    const isAimed = seen && isAimedAt(seen.row, recipient);
    const aimed = isAimed ? seen : await codeRows.take(tools, keys, (row, now) => readdress(row, now, named));
    if (aimed.row.code?.id !== codeId) break;
    const record = shownOf(wording, save, before);
    const link = linkTo({ key: aimed.row.key, codeId, language: wording.language ?? '' }, subject, tools);
    const delivery = await channel.deliver({
      ...composeMessage({ rule, wording, save, about, record, code, link }),
      ...(link !== undefined && { link }),
      address,
      code,
      expiresAt: aimed.row.code.expiresAt,
      rule: rule.id,
      record: save.id,
      ...(channel.reports && { reference: referenceOf(aimed.row.key, codeId, recipient, tools.keyring) }),
    });
    if (delivery.kind === 'accepted') return { kind: 'sent', row: aimed.row, now: aimed.now, recipient };
    if (delivery.kind === 'unknown') mayHaveArrived = true;
    else await releasePlaces(next.places, tools);
    const details = {
      rule: rule.id,
      channel: recipient.channel,
      outcome: delivery.kind,
      reason: delivery.reason,
    };
    tools.log.warn(details, 'a channel did not take a code');
  }
  const { row, now } = await codeRows.take(tools, keys, (row, now) =>
    mayHaveArrived ? NOT_TAKEN : giveBack(row, now, { codeId }),
  );
  return { kind: 'refused', reason: 'delivery-failed', mayHaveArrived, row, now };
}

/** Where the customer can answer, where the rule and the gateway have a page for that. */
function linkTo(linked: Linked, { rule }: Subject, { publicUrl, keyring }: Tools): string | undefined {
  if (rule.confirm !== 'page' || publicUrl === undefined) return undefined;
  return `${publicUrl}${CONTROL_PREFIX}/confirm/${linkTokenOf(linked, keyring)}`;
}

async function nextOf({ rest }: Aim, tools: Tools): Promise<Aim | undefined> {
  const aim = await aimAt(rest, tools);
  return aim.ok ? aim : undefined;
}
