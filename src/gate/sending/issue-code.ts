import { type Code, type Recipient, type Row, standingOf } from '../../core/ledger/row.ts';
import {
  type Issued,
  type IssueRefusal,
  issue,
  repeat,
  returnSend,
  sendRefusal,
  undeliver,
} from '../../core/ledger/sends.ts';
import { drawCode } from '../../core/rule/code.ts';
import type { Viewer } from '../../ports/intent.ts';
import { sealPage } from '../handles/kept-page.ts';
import {
  type Place,
  releaseIfBusy,
  releasePlaces,
  talliesOf,
  talliesOfAsker,
  type Wanted,
} from '../ledger/limits.ts';
import { codeRows, type Seen } from '../ledger/rows.ts';
import { bindingOf, contextOf, covers, rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { type Metered, meterOf } from '../ledger/unverified.ts';
import type { Deliverable, Sent } from './deliver.ts';
import { sealSubject } from './kept-subject.ts';

/*
 * The steps of every walk that sends a code, in their order: what the ledger says, the places of whoever asks, the code. Between
 * them each walk finds out, at its own time, who it is about and where the code goes.
 */

/** Under which name requests for codes are counted, and the request. */
export type Requester = Pick<Viewer, 'principal' | 'caller' | 'request' | 'reader'>;

/** A row as a send finds it. */
type Sendable = {
  readonly seen: Seen;
  /** Why no code may be sent now. */
  readonly barred: IssueRefusal | undefined;
  readonly living: Code | undefined;
};

/** The subject's row, as it was seen already or is looked up, and whether it allows a send. */
export async function rowForSend(subject: Subject, tools: Tools, known?: Seen): Promise<Sendable> {
  const seen = known ?? (await codeRows.locate(tools, rowKeysOf(subject, tools.keyring)));
  const { row, now } = seen;
  const barred = sendRefusal(row, row.code?.policy ?? subject.rule.code, now);
  const living = row.code && standingOf(row, now) === 'living' ? row.code : undefined;
  return { seen, barred, living };
}

/** Where one code more is counted: of all, and of whoever asks. */
export function sendsOf(subject: Subject, requester: Requester, tools: Tools): readonly Wanted[] {
  const caps = [...talliesOf('total', '', tools), ...talliesOfAsker('caller', requester, tools)];
  return [...caps, callerMeterOf(subject, requester, tools)];
}

/** A code that is to be issued. */
export type Order = {
  readonly subject: Subject;
  readonly requester: Requester;
  /** The subject's row. */
  readonly seen: Seen;
  /** The code that lives, which is sent again where the rule repeats it. */
  readonly living: Code | undefined;
  /** To whom a new one goes. */
  readonly recipient: Recipient;
  /** Given back where no code is issued. */
  readonly places: readonly Place[];
};

/** A code that is stored, and not sent yet. */
export type IssuedCode = Deliverable & { readonly kind: 'issued'; readonly seen: Seen };

/** Stores a new code, or one send more of the living one. */
export async function issueCode(
  order: Order,
  tools: Tools,
): Promise<IssuedCode | Extract<Sent, { kind: 'refused' }>> {
  const { places } = order;
  const { step, ...ready } =
    livingAgain(order, tools) ?? (await freshCode(order, tools).catch(releaseIfBusy(places, tools)));
  const keys = rowKeysOf(order.subject, tools.keyring);
  const { outcome, ...seen } = await codeRows.take(tools, keys, step, order.seen);
  if (outcome.ok) return { kind: 'issued', ...ready, seen };
  await releasePlaces(places, tools);
  return { kind: 'refused', reason: outcome.reason, row: seen.row, now: seen.now };
}

type Ready = Omit<Deliverable, 'seen'> & { step(row: Row, now: number): Issued };

/** The living code in clear, where the policy repeats it and it is about the same. */
function livingAgain({ living, subject, seen, places }: Order, { keyring }: Tools): Ready | undefined {
  if (living?.policy.resend !== 'same' || living.sealed === null) return undefined;
  if (!covers(living, subject, keyring)) return undefined;
  const { id } = living;
  const code = keyring.open(living.sealed, sealContext(seen.row.key, id));
  if (code === undefined) return undefined;
  const { askedBy } = askerIn(places);
  return { id, code, step: (row, now) => repeat(row, now, { codeId: id, askedBy }), giveBack: returnSend };
}

/** Draws a code about the subject, and all that the ledger keeps of it. */
async function freshCode({ subject, recipient, places, seen }: Order, tools: Tools): Promise<Ready> {
  const { keyring, hasher, random } = tools;
  const { code: policy } = subject.rule;
  // A row that an older secret named keeps its name, and who looks for what is sealed here knows it by that.
  const { key } = seen.row;
  const id = random.id();
  const code = drawCode(policy, random.below);
  const binding = bindingOf(subject, keyring);
  const verifier = await hasher.hash(code, contextOf(subject, { id }, binding.digest));
  const sealed = policy.resend === 'same' ? keyring.seal(code, sealContext(key, id)) : null;
  const about = sealSubject(subject, id, keyring);
  const page = sealPage(subject, key, id, keyring);
  const fresh = {
    id,
    binding,
    verifier,
    sealed,
    about,
    ...(page !== null && { page }),
    recipient,
    ...askerIn(places),
    policy,
  };
  return { id, code, step: (row, now) => issue(row, now, fresh), giveBack: undeliver };
}

/** The meter in which the code is counted for its caller. */
function askerIn(places: readonly Place[]): Pick<Code, 'askedBy'> {
  const [askedBy] = places.flatMap((place) => (place.isMeter && place.scope === 'caller' ? place.keys : []));
  return askedBy === undefined ? {} : { askedBy };
}

/** The meter that counts the codes that the caller asks for. */
function callerMeterOf(
  { rule }: Subject,
  { principal, request }: Requester,
  tools: Pick<Tools, 'limits'>,
): Metered {
  return meterOf('caller', principal(), rule.code.validForMs, tools, request.id);
}

function sealContext(key: string, codeId: string): string {
  return `${key}\n${codeId}`;
}
