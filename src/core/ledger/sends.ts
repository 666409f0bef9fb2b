import type { CodePolicy } from '../rule/rule.ts';
import {
  attemptsLeft,
  type Code,
  type EarlierCode,
  type Recipient,
  type Row,
  sendAllowedAt,
  standingOf,
} from './row.ts';
import { codeStepTo, FORGOTTEN, NOT_TAKEN, type Step } from './step.ts';
import { withOneMore } from './window.ts';

const MAX_EARLIER = 3;

/*
 * The steps by which codes are sent.
 */

/** Why no code may be sent now. */
export type IssueRefusal = 'in-progress' | 'declined' | 'exhausted' | 'limited';

/** A send, or why there is none. */
export type Issued = Step<Row, unknown, { readonly reason: IssueRefusal }>;

type ByCode = { readonly codeId: Code['id'] };

/** A code as it is issued; everything else of it follows. */
export type NewCode = Omit<
  Code,
  'issuedAt' | 'expiresAt' | 'state' | 'returns' | 'delivery' | 'earlier' | 'approval'
>;

/** Whether a send could be reserved now, and if not, why. */
export function sendRefusal(row: Row, policy: CodePolicy, now: number): IssueRefusal | undefined {
  const standing = standingOf(row, now);
  if (standing === 'in-progress' || standing === 'declined') return standing;
  if (standing === 'exhausted' || attemptsLeft(row, policy, now) === 0) return 'exhausted';
  return now < sendAllowedAt(row, policy, now) ? 'limited' : undefined;
}

/** Stores a new code and reserves the send; whatever code was there is superseded. Attempts are not refilled. */
export function issue(row: Row, now: number, fresh: NewCode): Issued {
  const reason = sendRefusal(row, fresh.policy, now);
  if (reason) return { ok: false, reason };
  const code: Code = {
    ...fresh,
    issuedAt: now,
    expiresAt: now + fresh.policy.validForMs,
    state: { kind: 'living' },
    returns: 0,
    earlier: earlierOf(row.code, now),
  };
  return codeStepTo(row, now, { code, sends: counted(row.sends, code.policy, now) });
}

/** Of those who have a code sent again, the latest. */
const MOST_REPEATERS = 20;

/** Reserves a send of the living code itself, to the same recipient; its life is not prolonged. `askedBy`: the meter of whoever asks for that. */
export function repeat(
  row: Row,
  now: number,
  { codeId, askedBy }: ByCode & { readonly askedBy?: string | undefined },
): Issued {
  const { code } = row;
  if (code?.id !== codeId) return { ok: false, reason: 'limited' };
  const reason = sendRefusal(row, code.policy, now);
  if (reason) return { ok: false, reason };
  if (standingOf(row, now) !== 'living') return { ok: false, reason: 'limited' };
  const known = countedFor(code).some(({ by }) => by === askedBy);
  const repeatedBy = [...(code.repeatedBy ?? []), ...(known || askedBy === undefined ? [] : [askedBy])];
  const named = repeatedBy.length === 0 ? code : { ...code, repeatedBy: repeatedBy.slice(-MOST_REPEATERS) };
  return codeStepTo(row, now, { code: named, sends: counted(row.sends, code.policy, now) });
}

/** Points the living code at the next recipient, after the one before it failed. Not taken where it goes there already. */
export function readdress(
  row: Row,
  now: number,
  { codeId, recipient }: ByCode & { readonly recipient: Recipient },
): Step<Row> {
  if (row.code?.id !== codeId || isAimedAt(row, recipient)) return NOT_TAKEN;
  return codeStepTo(row, now, { code: { ...row.code, recipient, delivery: undefined } });
}

/** Whether the code of the row goes to this recipient. */
export function isAimedAt({ code }: Row, { fingerprint, channel }: Recipient): boolean {
  return code?.recipient.fingerprint === fingerprint && code.recipient.channel === channel;
}

/** No channel took the code: it does not live, and its send is given back. */
export function undeliver(row: Row, now: number, { codeId }: ByCode): Step<Row> {
  const { code, sends } = row;
  if (code?.id !== codeId) return NOT_TAKEN;
  const dead: Code =
    code.state.kind === 'living' ? { ...code, state: { kind: 'undelivered' }, ...FORGOTTEN } : code;
  return codeStepTo(row, now, { code: dead, sends: givenBack(sends) });
}

/** A repeated send that definitely failed is given back; the code lives on. */
export function returnSend(row: Row, now: number, { codeId }: ByCode): Step<Row> {
  if (row.code?.id !== codeId) return NOT_TAKEN;
  return codeStepTo(row, now, { sends: givenBack(row.sends) });
}

function counted(sends: Row['sends'], policy: CodePolicy, now: number): Row['sends'] {
  return { ...withOneMore(sends, policy.resetResendsAfterMs, now), lastAt: now };
}

function givenBack(sends: Row['sends']): Row['sends'] {
  return { ...sends, used: Math.max(0, sends.used - 1), lastAt: 0 };
}

/** The codes that a new one replaces, newest first. What was vouched for had none. */
export function earlierOf(code: Code | null, now: number): readonly EarlierCode[] {
  if (!code) return [];
  if (code.verifier === '') return code.earlier;
  const { id, verifier, binding, state, askedBy: by, repeatedBy, expiresAt: overAt } = code;
  const fate = state.kind === 'used' ? 'used' : 'superseded';
  const isReplaced = by !== undefined && state.kind === 'living' && now < overAt;
  const own: EarlierCode = {
    id,
    verifier,
    bindingDigest: binding.digest,
    fate,
    ...(isReplaced && { asked: { by, overAt }, ...(repeatedBy && { repeatedBy }) }),
  };
  return [own, ...code.earlier].slice(0, MAX_EARLIER);
}

/** The meter of somebody who asked for a code, and when that is over. */
type Asked = NonNullable<EarlierCode['asked']>;

/** In whose meters the code is counted: of who asked for it, and of others who had it sent again. */
export function countedFor({
  askedBy,
  repeatedBy = [],
  expiresAt: overAt,
}: Pick<Code, 'askedBy' | 'repeatedBy' | 'expiresAt'>): readonly Asked[] {
  return [askedBy ?? [], repeatedBy].flat().map((by) => ({ by, overAt }));
}

/** The same of the codes that lived until this one, or one that it replaced, took their place, since a code was used last. */
export function replacedBy({ earlier }: Pick<Code, 'earlier'>): readonly Asked[] {
  const used = earlier.findIndex(({ fate }) => fate === 'used');
  return (used < 0 ? earlier : earlier.slice(0, used)).flatMap(({ asked, repeatedBy }) =>
    asked ? countedFor({ askedBy: asked.by, repeatedBy: repeatedBy ?? [], expiresAt: asked.overAt }) : [],
  );
}
