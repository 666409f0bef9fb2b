import type { Rule } from '../../core/rule/rule.ts';
import { type AskedHandle, readHandle, writeHandle } from '../../core/saving/handle.ts';
import type { Asker } from '../../core/saving/save.ts';
import { problem } from '../../core/verdict/problem.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import type { Keyring } from '../../ports.ts';
import { codeRows } from '../ledger/rows.ts';
import { rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';

/**
 * What a caller asked for, in whatever case and width they wrote it: another spelling is the same question, and so is one under another secret.
 * Nobody was found yet.
 */
export function askedBy(
  { principal }: Pick<Asker, 'principal'>,
  value: string,
  keyring: Keyring,
): AskedHandle {
  const folded = value.normalize('NFKC').toLowerCase();
  return { name: keyring.plainDigest(`${principal()}\n${folded}`), record: undefined };
}

/**
 * The code's subject. A value that finds nobody has another id each time, so that no code is ever right for it, and the CRM is asked
 * for it as for any other.
 */
export function subjectOfAsked(
  rule: Rule,
  asked: AskedHandle,
  { caller }: Pick<Asker, 'caller'>,
  { random }: Pick<Tools, 'random'>,
): Subject & { readonly asked: AskedHandle } {
  const id = asked.record ?? `nobody-${random.id()}`;
  const save = { module: rule.module, operation: 'read', id, fields: new Map() } as const;
  return { rule, save, before: new Map(), about: 'criteria', caller: caller.user, asked };
}

/**
 * The handle of what was asked for, good for this caller and this rule, as long as anything about it is counted. Undefined where
 * the record's id has no room in it.
 */
export function handleOf(
  asked: AskedHandle,
  rule: Rule,
  { principal }: Pick<Asker, 'principal'>,
  now: number,
  keyring: Keyring,
): string | undefined {
  const { validForMs, resetAttemptsAfterMs, resetResendsAfterMs } = rule.code;
  const endsAt = now + Math.max(validForMs, resetAttemptsAfterMs, resetResendsAfterMs);
  const text = writeHandle({ asked, endsAt });
  return text && keyring.seal(text, sealContext(rule, principal()));
}

/** The subject that a handle names, or that it names none: forged, over, of another rule or another caller all say the same. */
export async function subjectOfHandle(
  handle: string,
  rule: Rule,
  asker: Pick<Asker, 'caller' | 'principal'>,
  tools: Tools,
): Promise<Subject | Refused> {
  const text = tools.keyring.open(handle, sealContext(rule, asker.principal()));
  const read = text === undefined ? undefined : readHandle(text);
  if (!read) return NAMES_NOBODY;
  const subject = subjectOfAsked(rule, read.asked, asker, tools);
  const { now } = await codeRows.locate(tools, rowKeysOf(subject, tools.keyring));
  return now < read.endsAt ? subject : NAMES_NOBODY;
}

/** What is answered to a name that is no handle, or that has expired. */
const NAMES_NOBODY: Refused = refused(
  problem('record-not-found', 'This handle is unknown or has expired. Identify the person again.'),
);

function sealContext(rule: Rule, principal: string): string {
  return `handle\n${rule.id}\n${rule.module}\n${principal}`;
}
