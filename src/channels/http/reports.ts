import { createHmac } from 'node:crypto';
import type { DeliveryStatus } from '../../core/ledger/row.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { ReportReader } from '../../ports.ts';
import { jsonIn, valueAt } from '../json-members.ts';
import { isSameText } from '../same-text.ts';

/** How a provider signs its reports, and where in one stands what it says. */
export type HttpReportOptions = {
  readonly secret: string;
  /** The header that has the signature. */
  readonly header: string;
  /** JSON pointers to the message's id, as it was sent, and to its status. */
  readonly id: string;
  readonly status: string;
  /** What the provider's statuses mean; others are on the way to one of these. */
  readonly statuses: Readonly<Record<string, DeliveryStatus>>;
};

/**
 * Reads reports in JSON, signed by HMAC-SHA-256 over the body, in hexadecimal or Base64, with or without `sha256=` before it, as most
 * providers do.
 */
export function createHttpReports({ secret, header, id, status, statuses }: HttpReportOptions): ReportReader {
  return {
    read({ headers, body }) {
      const [signature, ...others] = valuesOf(headers, header.toLowerCase());
      if (signature === undefined || others.length > 0) return { kind: 'unsigned' };
      const digest = createHmac('sha256', secret).update(body).digest();
      const given = signature.trim().replace(/^sha256=/i, '');
      const wanted = [
        digest.toString('base64'),
        digest.toString('hex'),
        digest.toString('hex').toUpperCase(),
      ];
      if (!wanted.some((one) => isSameText(one, given))) return { kind: 'unsigned' };
      const said = jsonIn(body);
      if (typeof said !== 'object' || said === null) return { kind: 'unreadable' };
      const reference = valueAt(said, id);
      const named = valueAt(said, status);
      // An object may have a member `toString` that is no function.
      const text = typeof named === 'object' ? '' : String(named);
      const meant = Object.hasOwn(statuses, text) ? statuses[text] : undefined;
      return {
        kind: 'reports',
        reports: typeof reference === 'string' && meant ? [{ reference, status: meant }] : [],
      };
    },
  };
}
