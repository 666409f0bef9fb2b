import type { AuditEvent } from './audit-event.ts';

/** What a back office may want to know at once. */
export const HAPPENINGS = [
  'code-sent',
  'code-send-failed',
  'code-approved',
  'code-declined',
  'code-withdrawn',
  'attempts-exhausted',
  'save-countersigned',
  'save-settled',
  'override-granted',
  'override-used',
  'unverified-alarm',
  'radar-flagged',
] as const;

/** The kind of a happening, as receivers know it. */
export type HappeningKind = (typeof HAPPENINGS)[number];

/** Something that happened. No code, no link, no unmasked address. */
export type Happening = {
  readonly kind: HappeningKind;
  /** RFC 3339, by the gateway's clock. */
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** The happening that an event of the audit is; undefined where nobody is told of such events. */
export function happeningOf({ event, at, ip: _, ...data }: AuditEvent): Happening | undefined {
  const kind = HAPPENINGS.find((one) => one === event);
  if (!kind) return undefined;
  const rule = 'rules' in data ? { rule: data.rules[0] } : {};
  return { kind, at, data: { ...rule, ...data } };
}

/** What is told in the order in which it happened: all of one record. */
export function laneOf({ data }: Pick<Happening, 'data'>): string {
  return `${String(data['module'] ?? '')}\n${String(data['record'] ?? '')}`;
}
