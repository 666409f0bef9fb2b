import type { Code, DeliveryStatus, Recipient, Row } from './row.ts';
import { NOT_TAKEN, type Step, stepTo } from './step.ts';

/** How far a message came. Reports overtake each other, and what has arrived was not lost on the way. */
const RANK: Readonly<Record<DeliveryStatus, number>> = {
  sent: 1,
  undelivered: 2,
  failed: 2,
  delivered: 3,
  read: 4,
};

/** The status that a provider names, where it is one that is told; others are on the way to one of these. */
export function deliveryStatusOf(text: unknown): DeliveryStatus | undefined {
  return typeof text === 'string' && Object.hasOwn(RANK, text) ? (text as DeliveryStatus) : undefined;
}

/** Which message a report is about: a code, and to whom it went. */
export type Reported = { readonly codeId: Code['id'] } & Pick<Recipient, 'channel' | 'fingerprint'>;

/**
 * Notes what a provider reports of a message, for whoever looks at the row. Nothing else of the row changes: neither windows nor
 * the code's state, nor how long the row is kept. Not taken where there is nothing to note: another code, another recipient, one
 * that has expired, or one of which more was reported already.
 */
export function reported(
  row: Row,
  now: number,
  { status, ...about }: Reported & { readonly status: DeliveryStatus },
): Step<Row> {
  const { code } = row;
  if (code?.id !== about.codeId || now >= code.expiresAt) return NOT_TAKEN;
  const { channel, fingerprint } = code.recipient;
  if (channel !== about.channel || fingerprint !== about.fingerprint) return NOT_TAKEN;
  if (code.delivery && RANK[code.delivery.status] >= RANK[status]) return NOT_TAKEN;
  return stepTo(row, { code: { ...code, delivery: { status, at: now } } });
}
