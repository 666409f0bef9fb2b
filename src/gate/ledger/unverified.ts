import type { Code, Row } from '../../core/ledger/row.ts';
import {
  type Counts,
  countSent,
  countVerified,
  endOfTooMany,
  look,
  tooMany,
  type UnverifiedPolicy,
} from '../../core/ledger/unverified.ts';
import { advance, move } from './advance.ts';
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
): readonly [string, ...string[]] {
  return keyring.digests('limit', `unverified\n${scope}\n${policy.perMs}\n${of}`);
}

type Counted =
  | { readonly ok: true; readonly keys: readonly [string, ...string[]]; readonly since: number }
  | { readonly ok: false; readonly retryAt: number };

/** Counts one code more, or says when it may be sent, and raises the alarm. Of any number of gateways one raises it, once in the time. */
export async function takeMeter(metered: Metered, tools: Tools): Promise<Counted> {
  const { policy, mode, lifeMs } = metered;
  const keys = meterKeysOf(metered, tools);
  const { alarm, outcome, key } = await advance<{
    alarm?: Counts | undefined;
    outcome: Counted;
    key: string;
  }>(tools.store, keys, (row, now) => {
    if (mode === 'refuse' && tooMany(row.meter, now, policy)) {
      const looked = look(row, now, policy);
      const outcome = { ok: false, retryAt: endOfTooMany(row.meter, now, policy) } as const;
      return { next: looked.row, result: { alarm: looked.alarm, outcome, key: row.key } };
    }
    const counted = countSent(row, now, now + lifeMs, policy);
    const outcome = { ok: true, keys, since: counted.bucket } as const;
    return { next: counted.row, result: { alarm: counted.alarm, outcome, key: row.key } };
  });
  if (alarm) raise(metered, alarm, key, tools);
  return outcome;
}

/** The caller is named by the beginning of his row's key: the request's other lines and events say who he is. */
function raise({ scope, of, mode, request }: Metered, counts: Counts, key: string, tools: Tools): void {
  const whose = scope === 'country' ? { country: of } : { caller: key.slice(0, 8), request };
  tools.log.warn({ scope, ...whose, ...counts, mode }, 'many codes are sent and few of them are verified');
  tools.metrics.alarmed({ scope, country: scope === 'country' ? of : '' });
}

/** Counts a code as verified, where it was counted as sent. Nothing depends on it: a store that fails is told in the log. */
export async function creditVerified({ askedBy, recipient, expiresAt }: Code, tools: Tools): Promise<void> {
  const { policy } = meterOf('country', '', 0, tools);
  const country = recipient.country;
  const rows = [
    ...(askedBy === undefined ? [] : [[askedBy] as const]),
    ...(country === undefined ? [] : [meterKeysOf({ scope: 'country', of: country, policy }, tools)]),
  ];
  const step = (row: Row) => countVerified(row, expiresAt);
  try {
    await Promise.all(rows.map((keys) => move(tools.store, keys, step)));
  } catch (err) {
    tools.log.warn({ err }, 'a verified code could not be counted');
  }
}
