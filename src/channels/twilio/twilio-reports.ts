import { createHmac } from 'node:crypto';
import { deliveryStatusOf } from '../../core/ledger/delivery-report.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { ReportReader } from '../../ports.ts';
import { isSameText } from '../same-text.ts';

/** Where Twilio reports, and what it signs with. */
export type TwilioReportOptions = {
  /** Where Twilio is to report, as the public knows it. */
  readonly url: string;
  /** The account's own token, with which Twilio signs, be messages signed in by an API key. */
  readonly authToken: string;
};

/** Twilio's are about 1 KiB. */
const MOST_BYTES = 16 * 1024;

/**
 * Reads Twilio's status callbacks, signed as it signs all its webhooks: HMAC-SHA-1 over the address and the sorted fields.
 * https://www.twilio.com/docs/usage/security https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export function createTwilioReports({ url, authToken }: TwilioReportOptions): ReportReader {
  return {
    read({ query, headers, body }) {
      const [signature, ...others] = valuesOf(headers, 'x-twilio-signature');
      if (signature === undefined || others.length > 0 || body.length > MOST_BYTES)
        return { kind: 'unsigned' };
      const fields = new URLSearchParams(Buffer.from(body).toString());
      if (!isSameText(signature, twilioSignatureOf(authToken, url + query, fields)))
        return { kind: 'unsigned' };
      const reference = new URLSearchParams(query).get('reference');
      const status = deliveryStatusOf(fields.get('MessageStatus'));
      return { kind: 'reports', reports: reference !== null && status ? [{ reference, status }] : [] };
    },
  };
}

/** Where Twilio is to report what becomes of the message with this reference. */
export function callbackOf(url: string, reference: string): string {
  return `${url}?reference=${encodeURIComponent(reference)}`;
}

/** `X-Twilio-Signature` of a request to `url` with these fields. */
export function twilioSignatureOf(authToken: string, url: string, fields: URLSearchParams): string {
  const sorted = new URLSearchParams(fields);
  sorted.sort();
  const signed = [url, ...[...sorted].flat()].join('');
  return createHmac('sha1', authToken).update(signed).digest('base64');
}
