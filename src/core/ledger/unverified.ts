import type { RowBase, RowKind } from './row.ts';
import { NOT_TAKEN, type Step, stepTo } from './step.ts';

/*
 * A meter counts codes that were sent and those of them that were verified, by when they were over: until then nobody can say
 * whether a code will be used. Many that are never used are the mark of messages that somebody sends for their price
 * ("SMS pumping"): https://www.twilio.com/docs/glossary/what-is-sms-pumping-fraud
 */

/** `toldAt` is when the alarm was raised last. */
export type Meter = { readonly buckets: readonly Bucket[]; readonly toldAt: number };

/** The codes that are over by `endsAt`, and after the bucket before it. */
export type Bucket = { readonly endsAt: number; readonly sent: number; readonly verified: number };

/** The row of a meter: of a caller or a country. */
export type MeterRow = RowBase & { readonly kind: 'meter'; readonly meter: Meter };

/** Rows of meters. */
export const METER: RowKind<MeterRow> = {
  kind: 'meter',
  empty: (key) => ({ kind: 'meter', key, version: 0, meter: { buckets: [], toldAt: 0 }, purgeAt: 0 }),
};

/** When too many codes are not used: of at least so many in the time, this share. */
export type UnverifiedPolicy = { readonly atLeast: number; readonly ratio: number; readonly perMs: number };

/** What was counted of the codes that were over in the time. */
export type Counts = { readonly sent: number; readonly verified: number };

const BUCKETS = 12;

/** How a code is counted: `mode` says whether too many that are not verified bar others, `lifeMs` how long the code lives. */
export type Metering = {
  readonly policy: UnverifiedPolicy;
  readonly mode: 'alarm' | 'refuse';
  readonly lifeMs: number;
};

/** The bucket in which a code was counted, or when it may be sent. */
export type Counted =
  | { readonly ok: true; readonly since: number }
  | { readonly ok: false; readonly retryAt: number };

/** Counts one code more, unless it is barred. `alarm`: the counts, where they are too many for the first time in a while, which the row remembers. */
export function countSent(
  row: MeterRow,
  now: number,
  metering: Metering,
): Step<MeterRow, { readonly counted: Counted; readonly alarm: Counts | undefined }, never> {
  const { policy, lifeMs } = metering;
  const { alarm, ...meter } = meterAt(row, now, policy);
  const retryAt = barredUntil(row, now, metering);
  if (retryAt !== undefined) {
    const step = alarm ? replaced(row, meter, policy) : { ok: true as const, row };
    return { ...step, alarm, counted: { ok: false, retryAt } };
  }
  const bucket = bucketOf(Math.min(now + lifeMs, now + policy.perMs), policy);
  const { buckets } = meter;
  const has = buckets.some(({ endsAt }) => endsAt === bucket);
  const counted = has
    ? buckets.map((one) => (one.endsAt === bucket ? { ...one, sent: one.sent + 1 } : one))
    : [...buckets, { endsAt: bucket, sent: 1, verified: 0 }].sort((a, b) => a.endsAt - b.endsAt);
  const step = replaced(row, { ...meter, buckets: counted }, policy);
  return { ...step, alarm, counted: { ok: true, since: bucket } };
}

/** When another code may be sent, where none may be now. */
export function barredUntil(
  { meter }: MeterRow,
  now: number,
  { mode, policy }: Pick<Metering, 'mode' | 'policy'>,
): number | undefined {
  return mode === 'refuse' && tooMany(meter, now, policy) ? endOfTooMany(meter, now, policy) : undefined;
}

/** Takes back one that was not sent, from the bucket in which it was counted. Not taken where it is counted no longer. */
export function uncount(row: MeterRow, _now: number, { since }: { readonly since: number }): Step<MeterRow> {
  const found = row.meter.buckets.find(({ endsAt, sent }) => endsAt === since && sent > 0);
  return found ? recounted(row, found, { ...found, sent: found.sent - 1 }) : NOT_TAKEN;
}

/** Counts one of them as verified: of those that are over by `overAt`, the latest that has room. */
export function countVerified(
  row: MeterRow,
  _now: number,
  { overAt }: { readonly overAt: number },
): Step<MeterRow> {
  const buckets = row.meter.buckets;
  const open = buckets.filter(({ sent, verified }) => verified < sent);
  const own = open.find(({ endsAt }) => endsAt > overAt) ?? open.at(-1);
  return own ? recounted(row, own, { ...own, verified: own.verified + 1 }) : NOT_TAKEN;
}

/** The counts at a moment, where they are too many unverified ones. */
export function tooMany(meter: Meter, now: number, policy: UnverifiedPolicy): Counts | undefined {
  let [sent, verified] = [0, 0];
  for (const bucket of meter.buckets) {
    if (now < bucket.endsAt || isOver(bucket, now, policy)) continue;
    sent += bucket.sent;
    verified += bucket.verified;
  }
  if (sent < policy.atLeast || (sent - verified) / sent < policy.ratio) return undefined;
  return { sent, verified };
}

/** When they are too many no longer, if nothing else happens. */
export function endOfTooMany(meter: Meter, now: number, policy: UnverifiedPolicy): number {
  const ends = meter.buckets.flatMap(({ endsAt }) => [endsAt, endsAt + policy.perMs]);
  const later = ends.filter((at) => at > now).sort((a, b) => a - b);
  return later.find((at) => !tooMany(meter, at, policy)) ?? now + 1;
}

/** The meter without what is over, and the alarm that is due. */
function meterAt(row: MeterRow, now: number, policy: UnverifiedPolicy) {
  const { buckets: all, toldAt } = row.meter;
  const buckets = all.filter((bucket) => !isOver(bucket, now, policy));
  const counts = tooMany(row.meter, now, policy);
  const alarm = now >= toldAt + policy.perMs ? counts : undefined;
  return { buckets, toldAt: alarm ? now : toldAt, alarm };
}

function bucketOf(at: number, { perMs }: UnverifiedPolicy): number {
  const lengthMs = perMs / BUCKETS;
  return (Math.floor(at / lengthMs) + 1) * lengthMs;
}

function isOver({ endsAt }: Bucket, now: number, { perMs }: UnverifiedPolicy): boolean {
  return now >= endsAt + perMs;
}

function recounted(row: MeterRow, bucket: Bucket, by: Bucket) {
  const { meter } = row;
  const buckets = meter.buckets.map((one) => (one === bucket ? by : one));
  return stepTo(row, { meter: { ...meter, buckets } });
}

function replaced(row: MeterRow, meter: Meter, { perMs }: UnverifiedPolicy) {
  const last = Math.max(meter.toldAt, ...meter.buckets.map(({ endsAt }) => endsAt));
  return stepTo(row, { meter, purgeAt: last + perMs });
}
