import { deliveryStatusOf } from '../../core/ledger/delivery-report.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { Clock, ReportReader } from '../../ports.ts';
import { signatureOf } from '../../webhooks/signature.ts';
import { jsonIn, memberOf } from '../json-members.ts';
import { isSameText } from '../same-text.ts';

/** How far the other end's clock may be off. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Reads events `otp.delivery`, signed by the receiver of our codes as we sign those: with one of the keys, and lately.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createWebhookReports(keys: readonly Buffer[], clock: Clock): ReportReader {
  return {
    read({ headers, body }) {
      const [ids, timestamps, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
        valuesOf(headers, `webhook-${name}`),
      );
      const [id, timestamp, signature] = [onlyOf(ids), onlyOf(timestamps), onlyOf(signatures)];
      if (id === undefined || timestamp === undefined || signature === undefined) return { kind: 'unsigned' };
      const ageMs = clock.now() - (/^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN);
      if (!(Math.abs(ageMs) <= TOLERANCE_MS)) return { kind: 'unsigned' };
      const given = signature.split(' ').slice(0, MOST_SIGNATURES);
      const wanted = keys.map((key) => signatureOf(key, id, timestamp, body));
      if (!wanted.some((one) => given.some((other) => isSameText(one, other)))) return { kind: 'unsigned' };
      const told = jsonIn(body);
      if (typeof memberOf(told, 'type') !== 'string') return { kind: 'unreadable' };
      const reference = memberOf(memberOf(told, 'data'), 'id');
      const status = deliveryStatusOf(memberOf(memberOf(told, 'data'), 'status'));
      const isReport = memberOf(told, 'type') === 'otp.delivery' && typeof reference === 'string' && status;
      return { kind: 'reports', reports: isReport ? [{ reference, status }] : [] };
    },
  };
}

/** Keys change over one at a time. */
const MOST_SIGNATURES = 8;

function onlyOf(values: readonly string[] = []): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
