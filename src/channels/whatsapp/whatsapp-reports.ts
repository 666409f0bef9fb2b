import { createHmac } from 'node:crypto';
import { deliveryStatusOf } from '../../core/ledger/delivery-report.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { Report, ReportReader } from '../../ports.ts';
import { entriesOf, jsonIn, memberOf } from '../json-members.ts';
import { isSameText } from '../same-text.ts';

/** What Meta signs its reports with, and asks for at the beginning. */
export type WhatsappReportOptions = {
  /** Of Meta's app, with which it signs. */
  readonly appSecret: string;
  /** What Meta says when the address is entered there. */
  readonly verifyToken: string;
};

/** A number of Meta's; nothing that a browser could take for a page. */
const CHALLENGE = /^[\w.-]{1,200}$/;

/**
 * Reads the statuses in Meta's webhooks; what customers write comes the same way, and is passed over.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 * https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object
 */
export function createWhatsappReports({ appSecret, verifyToken }: WhatsappReportOptions): ReportReader {
  return {
    read({ headers, body }) {
      const [signature, ...others] = valuesOf(headers, 'x-hub-signature-256');
      const wanted = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
      if (signature === undefined || others.length > 0 || !isSameText(signature, wanted))
        return { kind: 'unsigned' };
      const told = jsonIn(body);
      if (memberOf(told, 'object') !== 'whatsapp_business_account') return { kind: 'unreadable' };
      const statuses = entriesOf(told, 'entry')
        .flatMap((entry) => entriesOf(entry, 'changes'))
        .flatMap((change) => entriesOf(memberOf(change, 'value'), 'statuses'));
      return { kind: 'reports', reports: statuses.flatMap(reportsOf) };
    },
    greet(query) {
      const said = new URLSearchParams(query);
      const challenge = said.get('hub.challenge') ?? '';
      const isMeta = isSameText(said.get('hub.verify_token') ?? '', verifyToken);
      return isMeta && said.get('hub.mode') === 'subscribe' && CHALLENGE.test(challenge)
        ? challenge
        : undefined;
    },
  };
}

function reportsOf(told: unknown): readonly Report[] {
  const reference = memberOf(told, 'biz_opaque_callback_data');
  const status = deliveryStatusOf(memberOf(told, 'status'));
  return typeof reference === 'string' && status ? [{ reference, status }] : [];
}
