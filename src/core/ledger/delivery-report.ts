import type { Code, DeliveryStatus, Recipient, Row } from './row.ts';

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
 * the code's state, nor how long the row is kept. Undefined where there is nothing to note: another code, another recipient, one
 * that has expired, or one of which more was reported already.
 */
export function reported(row: Row, now: number, about: Reported, status: DeliveryStatus): Row | undefined {
  const { code } = row;
  if (code?.id !== about.codeId || now >= code.expiresAt) return undefined;
  const { channel, fingerprint } = code.recipient;
  if (channel !== about.channel || fingerprint !== about.fingerprint) return undefined;
  if (code.delivery && RANK[code.delivery.status] >= RANK[status]) return undefined;
  return { ...row, version: row.version + 1, code: { ...code, delivery: { status, at: now } } };
}
