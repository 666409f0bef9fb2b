import { type Binding, type Row, stateAt } from '../../core/ledger/row.ts';
import { codeStepTo, NOT_TAKEN, type Step } from '../../core/ledger/step.ts';
import { isSamePerson } from '../../core/rule/override.ts';
import type { CodePolicy } from '../../core/rule/rule.ts';
import type { Keyring } from '../../ports.ts';
import { codeRows, type Seen } from './rows.ts';
import { bindingOf, rowKeysOf, type Subject } from './subject.ts';
import type { Tools } from './tools.ts';

/** Whose save, or call, asked for what a rule guards; an empty name was not verified. `what`: the digest of what a vouching for it binds. */
type NotedAsker = { readonly name: string; readonly at: number; readonly what?: string };

/** Names are noted again after this time, not at every request. */
const FRESH_MS = 10_000;
const MOST_ASKERS = 50;

/** Notes who asks, where somebody may vouch for saves under the rule: they may not be the same. Undefined where nobody may. */
export async function noteAsker(subject: Subject, tools: Tools, seen?: Seen): Promise<Seen | undefined> {
  const { rule, caller: name } = subject;
  if (!rule.override) return undefined;
  const { keyring } = tools;
  const what = vouchedFor(subject, keyring).digest;
  const isOwn = (one: NotedAsker) => isSamePerson(one.name, name);
  const keepMs = Math.max(rule.code.resetAttemptsAfterMs, rule.code.validForMs);
  const step = (row: Row, now: number): Step<Row> => {
    const known = askersIn(row, keyring);
    if (known.some((one) => isOwn(one) && one.what === what && now < one.at + FRESH_MS)) return NOT_TAKEN;
    const others = known.filter((one) => !isOwn(one) && now < one.at + keepMs);
    const askers = [...others, { name, at: now, what }].slice(-MOST_ASKERS);
    return codeStepTo(row, now, { askers: keyring.seal(JSON.stringify(askers), contextOf(row)) });
  };
  return codeRows.take(tools, rowKeysOf(subject, keyring), step, seen);
}

/** What somebody vouches for: whoever does so is another person than who saves, also under a rule whose codes are their caller's alone. */
export function vouchedFor(subject: Subject, keyring: Keyring): Binding {
  return bindingOf({ ...subject, rule: { ...subject.rule, caller: false } }, keyring);
}

/** Those who got the code that is out, or were refused in this window of attempts. */
export function askersOf(row: Row, now: number, policy: CodePolicy, keyring: Keyring): readonly NotedAsker[] {
  const { code } = row;
  const isOut = code !== null && now < code.expiresAt && ['living', 'held'].includes(stateAt(code, now).kind);
  const since = isOut ? code.issuedAt - FRESH_MS : Number.POSITIVE_INFINITY;
  return askersIn(row, keyring).filter(({ at }) => now < at + policy.resetAttemptsAfterMs || at >= since);
}

function askersIn(row: Row, keyring: Keyring): readonly NotedAsker[] {
  const text = row.askers === undefined ? undefined : keyring.open(row.askers, contextOf(row));
  return text === undefined ? [] : (JSON.parse(text) as readonly NotedAsker[]);
}

function contextOf({ key }: Pick<Row, 'key'>): string {
  return `askers\n${key}`;
}
