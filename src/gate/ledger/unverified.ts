import type { Code } from '../../core/ledger/row.ts';
import {
  type Counts,
  countSent,
  countVerified,
  endOfTooMany,
  look,
  type MeterRow,
  tooMany,
  type UnverifiedPolicy,
} from '../../core/ledger/unverified.ts';
import { type Keys, meterRows, type Seen } from './rows.ts';
import type { Tools } from './tools.ts';

/** Codes that are sent for a caller, or to a country, are counted against those that are verified. */
export type Metered = {
  readonly scope: 'caller' | 'country';
  readonly of: string;
  readonly policy: UnverifiedPolicy;
  readonly mode: 'alarm' | 'refuse';
  /** How long the code lives. */
  readonly lifeMs: number;
  /** The request that asks for it, for the log. */
  readonly request: string | undefined;
};

/** The meter of a caller or a country, as it is configured. */
export function meterOf(
  scope: Metered['scope'],
  of: string,
  lifeMs: number,
  { limits: { unverified } }: Pick<Tools, 'limits'>,
  request?: string,
): Metered {
  return { scope, of, policy: unverified, mode: unverified[scope], lifeMs, request };
}

/** The names of a meter's row. */
export function meterKeysOf(
  { scope, of, policy }: Pick<Metered, 'scope' | 'of' | 'policy'>,
  { keyring }: Pick<Tools, 'keyring'>,
): Keys {
  return keyring.digests('limit', `unverified\n${scope}\n${policy.perMs}\n${of}`);
}

/** `since` is the bucket in which it is counted. */
type Counted =
  | { readonly ok: true; readonly since: number }
  | { readonly ok: false; readonly retryAt: number };

/** When another code may be sent, where none may be now. */
export function meterRefusal({ mode, policy }: Metered, row: MeterRow, now: number): number | undefined {
  const isBarred = mode === 'refuse' && tooMany(row.meter, now, policy);
  return isBarred ? endOfTooMany(row.meter, now, policy) : undefined;
}

/** Counts one code more, or says when it may be sent, and raises the alarm. Of any number of gateways one raises it, once in the time. */
export async function takeMeter(metered: Metered, tools: Tools, seen?: Seen<MeterRow>): Promise<Counted> {
  const { policy, lifeMs } = metered;
  type Result = { readonly alarm: Counts | undefined; readonly outcome: Counted; readonly key: string };
  const step = (row: MeterRow, now: number): { next: MeterRow | undefined; result: Result } => {
    const retryAt = meterRefusal(metered, row, now);
    if (retryAt !== undefined) {
      const looked = look(row, now, policy);
      return {
        next: looked.row,
        result: { alarm: looked.alarm, outcome: { ok: false, retryAt }, key: row.key },
      };
    }
    const { row: next, alarm, bucket } = countSent(row, now, now + lifeMs, policy);
    return { next, result: { alarm, outcome: { ok: true, since: bucket }, key: row.key } };
  };
  const { alarm, outcome, key } = await meterRows.advance(tools, meterKeysOf(metered, tools), step, seen);
  if (alarm) await raise(metered, alarm, key, tools);
  return outcome;
}

/** The caller is named by the beginning of their row's key: the request's other lines and events say who they are. */
async function raise(
  { scope, of, mode, request }: Metered,
  counts: Counts,
  key: string,
  tools: Tools,
): Promise<void> {
  const whose = scope === 'country' ? { country: of } : { caller: key.slice(0, 8), request };
  tools.log.warn({ scope, ...whose, ...counts, mode }, 'many codes are sent and few of them are verified');
  tools.metrics.alarmed({ scope, country: scope === 'country' ? of : '' });
  const at = new Date(tools.clock.now()).toISOString();
  await tools.events.take({ kind: 'unverified-alarm', at, data: { scope, ...whose, ...counts, mode } });
}

/** Counts a code as verified, where it was counted as sent. Nothing depends on it: a store that fails is told in the log. */
export async function creditVerified({ askedBy, recipient, expiresAt }: Code, tools: Tools): Promise<void> {
  const { policy } = meterOf('country', '', 0, tools);
  const country = recipient.country;
  const rows = [
    ...(askedBy === undefined ? [] : [[askedBy] as const]),
    ...(country === undefined ? [] : [meterKeysOf({ scope: 'country', of: country, policy }, tools)]),
  ];
  const step = (row: MeterRow) => countVerified(row, expiresAt);
  try {
    await Promise.all(rows.map((keys) => meterRows.move(tools, keys, step)));
  } catch (err) {
    tools.log.warn({ err }, 'a verified code could not be counted');
  }
}
