import type { Code } from '../../core/ledger/row.ts';
import { countedFor, replacedBy } from '../../core/ledger/sends.ts';
import {
  type Counted,
  type Counts,
  countSent,
  countVerified,
  type Metering,
  type MeterRow,
} from '../../core/ledger/unverified.ts';
import { type Keys, type Ledger, meterRows, type Seen } from './rows.ts';
import type { Tools } from './tools.ts';

/** Codes that are sent for a caller, or to a country, are counted against those that are verified. */
export type Metered = Metering & {
  readonly scope: 'caller' | 'country';
  readonly of: string;
  /** The request that asks for it, for the log. */
  readonly request: string | undefined;
};

/** The meter of a caller or a country, as it is configured. */
export function meterOf(
  scope: Metered['scope'],
  of: string,
  lifeMs: number,
  { limits: { unverified } }: { readonly limits: Pick<Tools['limits'], 'unverified'> },
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

/** What counting takes, and an alarm. */
type Alarms = Ledger &
  Pick<Tools, 'keyring' | 'log' | 'events'> & { readonly metrics: Pick<Tools['metrics'], 'alarmed'> };

/**
 * Counts one code more, or says when it may be sent, and raises the alarm. Of any number of gateways one raises it, once in the time. `key` is the
 * name of the row: one that an older secret named keeps that.
 */
export async function takeMeter(
  metered: Metered,
  tools: Alarms,
  seen?: Seen<MeterRow>,
): Promise<Counted & { readonly key: string }> {
  const keys = meterKeysOf(metered, tools);
  const step = (row: MeterRow, now: number) => countSent(row, now, metered);
  const { outcome, row } = await meterRows.take(tools, keys, step, seen);
  if (outcome.alarm) await raise(metered, outcome.alarm, row.key, tools);
  return { ...outcome.counted, key: row.key };
}

/** The caller is named by the beginning of their row's key: the request's other lines and events say who they are. */
async function raise(
  { scope, of, mode, request }: Metered,
  counts: Counts,
  key: string,
  tools: Alarms,
): Promise<void> {
  const whose = scope === 'country' ? { country: of } : { caller: key.slice(0, 8), request };
  tools.log.warn({ scope, ...whose, ...counts, mode }, 'many codes are sent and few of them are verified');
  tools.metrics.alarmed({ scope, country: scope === 'country' ? of : '' });
  const at = new Date(tools.clock.now()).toISOString();
  await tools.events.take({ kind: 'unverified-alarm', at, data: { scope, ...whose, ...counts, mode } });
}

/**
 * Counts a code as verified, where it was counted as sent, and so for others who had it sent again, or whose codes it took the place of: their
 * customer answered. Nothing depends on it: a store that fails is told in the log.
 */
export async function creditVerified(code: Code, tools: Tools): Promise<void> {
  const { unverified: policy } = tools.limits;
  const { country } = code.recipient;
  const own = countedFor(code);
  const others = replacedBy(code).filter(({ by }) => own.every((asked) => asked.by !== by));
  await creditAll(
    [
      ...(country === undefined
        ? []
        : [
            {
              keys: meterKeysOf({ scope: 'country', of: country, policy }, tools),
              overAt: code.expiresAt,
            },
          ]),
      ...[...own, ...others].map(({ by, overAt }) => ({ keys: [by] as const, overAt })),
    ],
    tools,
  );
}

/** Holds nothing against whoever asked for a code that somebody else took back, and had it sent again. `taker`: the names of the meter of who took it back. */
export async function creditAskers(code: Code, taker: Keys, tools: Tools): Promise<void> {
  const others = countedFor(code).filter(({ by }) => !taker.includes(by));
  await creditAll(
    others.map(({ by, overAt }) => ({ keys: [by] as const, overAt })),
    tools,
  );
}

async function creditAll(
  credits: readonly { readonly keys: Keys; readonly overAt: number }[],
  tools: Tools,
): Promise<void> {
  try {
    await Promise.all(
      credits.map(({ keys, overAt }) =>
        meterRows.take(tools, keys, (row, now) => countVerified(row, now, { overAt })),
      ),
    );
  } catch (err) {
    tools.log.warn({ err }, 'a verified code could not be counted');
  }
}
