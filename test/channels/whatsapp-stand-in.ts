import { createHmac } from 'node:crypto';
import { type Asked, type Said, type StandIn, startStandIn } from '../harness/stand-in.ts';
import type { SentReport } from './sent-report.ts';

export const NUMBER_ID = '106540352242922';
export const TOKEN = 'EAAa-token-that-nobody-knows';
/** Not on WhatsApp. */
export const ABSENT = '12015550199';

export const APP_SECRET = 'a secret of the app';
export const VERIFY_TOKEN = 'what was entered at Meta';

export type WhatsappMessage = { readonly to: string; readonly code: string; readonly opaque: string };
export type WhatsappStandIn = StandIn & { readonly messages: readonly WhatsappMessage[] };

/** Meta's Cloud API with one authentication template, `verification_code` in `en_US`. */
export async function startWhatsapp(): Promise<WhatsappStandIn> {
  const messages: WhatsappMessage[] = [];
  const standIn = await startStandIn((asked) => {
    const refusal = headFault(asked);
    if (refusal) return refusal;
    const { to, template, ...rest } = asked.json as { to: string; template: Record<string, unknown> };
    const { biz_opaque_callback_data: opaque = '', ...envelope } = rest as Record<string, unknown>;
    if (typeof opaque !== 'string' || opaque.length > 512) return whatsappFault(400, 100, to);
    const wanted = { messaging_product: 'whatsapp', recipient_type: 'individual', type: 'template' };
    if (!isSame(envelope, wanted) || !/^[1-9]\d{7,14}$/.test(to)) return whatsappFault(400, 100, to);
    if (to === ABSENT) return whatsappFault(400, 131026, to);
    const code = codeIn(template);
    if (code === undefined) return whatsappFault(400, 132000, to);
    messages.push({ to, code, opaque });
    const contacts = [{ input: to, wa_id: to }];
    return {
      status: 200,
      body: { messaging_product: 'whatsapp', contacts, messages: [{ id: 'wamid.HBgL' }] },
    };
  });
  return { ...standIn, messages };
}

/** A fault as Meta tells it. The text quotes what was asked, as real ones do. */
export function whatsappFault(status: number, code: number, about = ''): Said {
  const message = `(#${code}) Recipient ${about} cannot be sent 482913`;
  const error_data = { messaging_product: 'whatsapp', details: message };
  return {
    status,
    body: { error: { message, type: 'OAuthException', code, error_data, fbtrace_id: 'Az8or2yh' } },
  };
}

/**
 * What Meta sends to the app's webhook, with its signature: statuses of messages, and what a customer wrote.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
 */
export function whatsappReport(
  told: readonly { readonly reference?: string; readonly status: string }[],
  appSecret = APP_SECRET,
): SentReport {
  const statuses = told.map(({ reference, status }) => ({
    id: 'wamid.HBgL',
    status,
    timestamp: '1795271400',
    recipient_id: '12015550123',
    biz_opaque_callback_data: reference,
  }));
  const metadata = { display_phone_number: '15550001111', phone_number_id: NUMBER_ID };
  const changeOf = (members: object) => ({ value: { messaging_product: 'whatsapp', metadata, ...members } });
  const messages = [{ from: '12015550123', id: 'wamid.HBgM', type: 'text', text: { body: 'read' } }];
  const changes = [changeOf({ messages }), changeOf({ statuses })].map((one) => ({
    ...one,
    field: 'messages',
  }));
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] });
  const signature = createHmac('sha256', appSecret).update(body).digest('hex');
  const headers: SentReport['headers'] = [
    ['Content-Type', 'application/json'],
    ['X-Hub-Signature-256', `sha256=${signature}`],
  ];
  return { query: '', headers, body };
}

function headFault({ method, path, header }: Asked): Said | undefined {
  if (method !== 'POST' || path !== `/v25.0/${NUMBER_ID}/messages`) return whatsappFault(404, 100);
  if (header('authorization') !== `Bearer ${TOKEN}`) return whatsappFault(401, 190);
  return header('content-type') === 'application/json' ? undefined : whatsappFault(400, 100);
}

/** The code, where it stands twice, is short enough, and all else is as the template wants it. */
function codeIn(template: Record<string, unknown>): string | undefined {
  const [body] = template['components'] as [{ parameters: [{ text: string }] }];
  const { text } = body.parameters[0];
  const parameters = [{ type: 'text', text }];
  const wanted = {
    name: 'verification_code',
    language: { code: 'en_US' },
    components: [
      { type: 'body', parameters },
      { type: 'button', sub_type: 'url', index: '0', parameters },
    ],
  };
  return isSame(template, wanted) && text.length <= 15 ? text : undefined;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
