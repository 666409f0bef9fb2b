import type { RowBase, RowKind } from './row.ts';

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

export const METER: RowKind<MeterRow> = {
  kind: 'meter',
  empty: (key) => ({ kind: 'meter', key, version: 0, meter: { buckets: [], toldAt: 0 }, purgeAt: 0 }),
};

/** When too many codes are not used: of at least so many in the time, this share. */
export type UnverifiedPolicy = { readonly atLeast: number; readonly ratio: number; readonly perMs: number };

/** What was counted of the codes that were over in the time. */
export type Counts = { readonly sent: number; readonly verified: number };

const BUCKETS = 12;

/** Counts one code more, which will be over at `overAt`, and tells the counts where they are too many for the first time in a while. */
export function countSent(
  row: MeterRow,
  now: number,
  overAt: number,
  policy: UnverifiedPolicy,
): { readonly row: MeterRow; readonly bucket: number; readonly alarm: Counts | undefined } {
  const told = tell(row, now, policy);
  const bucket = bucketOf(Math.min(overAt, now + policy.perMs), policy);
  const { buckets } = told.meter;
  const has = buckets.some(({ endsAt }) => endsAt === bucket);
  const counted = has
    ? buckets.map((one) => (one.endsAt === bucket ? { ...one, sent: one.sent + 1 } : one))
    : [...buckets, { endsAt: bucket, sent: 1, verified: 0 }].sort((a, b) => a.endsAt - b.endsAt);
  return { row: next(row, { ...told.meter, buckets: counted }, policy), bucket, alarm: told.alarm };
}

/** Tells the same without counting another; `row` where there is something to store. */
export function look(
  row: MeterRow,
  now: number,
  policy: UnverifiedPolicy,
): { readonly row: MeterRow | undefined; readonly alarm: Counts | undefined } {
  const { meter, alarm } = tell(row, now, policy);
  return { row: alarm && next(row, meter, policy), alarm };
}

/** Takes back one that was not sent. Undefined where it is not counted any more. */
export function uncount(row: MeterRow, bucket: number): MeterRow | undefined {
  const found = row.meter.buckets.find(({ endsAt, sent }) => endsAt === bucket && sent > 0);
  return found && replaced(row, found, { ...found, sent: found.sent - 1 });
}

/** Counts one of them as verified: of those that are over by `overAt`, the latest that has room. */
export function countVerified(row: MeterRow, overAt: number): MeterRow | undefined {
  const buckets = row.meter.buckets;
  const open = buckets.filter(({ sent, verified }) => verified < sent);
  const own = open.find(({ endsAt }) => endsAt > overAt) ?? open.at(-1);
  return own && replaced(row, own, { ...own, verified: own.verified + 1 });
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

function tell(row: MeterRow, now: number, policy: UnverifiedPolicy) {
  const { buckets: all, toldAt } = row.meter;
  const buckets = all.filter((bucket) => !isOver(bucket, now, policy));
  const counts = tooMany(row.meter, now, policy);
  const alarm = now >= toldAt + policy.perMs ? counts : undefined;
  return { meter: { buckets, toldAt: alarm ? now : toldAt }, alarm };
}

function bucketOf(at: number, { perMs }: UnverifiedPolicy): number {
  const lengthMs = perMs / BUCKETS;
  return (Math.floor(at / lengthMs) + 1) * lengthMs;
}

function isOver({ endsAt }: Bucket, now: number, { perMs }: UnverifiedPolicy): boolean {
  return now >= endsAt + perMs;
}

function replaced(row: MeterRow, bucket: Bucket, by: Bucket): MeterRow {
  const { meter } = row;
  const buckets = meter.buckets.map((one) => (one === bucket ? by : one));
  return { ...row, version: row.version + 1, meter: { ...meter, buckets } };
}

function next(row: MeterRow, meter: Meter, { perMs }: UnverifiedPolicy): MeterRow {
  const last = Math.max(meter.toldAt, ...meter.buckets.map(({ endsAt }) => endsAt));
  return { ...row, version: row.version + 1, meter, purgeAt: last + perMs };
}
