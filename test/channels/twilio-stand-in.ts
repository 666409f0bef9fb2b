import { createHmac } from 'node:crypto';
import { type Asked, type Said, type StandIn, startStandIn } from '../harness/stand-in.ts';
import type { SentReport } from './sent-report.ts';

export const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`;
export const TOKEN = 'a token that nobody knows';
export const SENDER = '+15017122661';
export const TEMPLATE = `HX${'fedcba9876543210'.repeat(2)}`;
/** Its owner has answered STOP. */
export const STOPPED = '+12015550199';

export type TwilioMessage = Readonly<Record<string, string>>;
export type TwilioStandIn = StandIn & { readonly messages: readonly TwilioMessage[] };

/** The Messages API of Twilio, as strict as its documentation: whatever is not as it says is refused, and nothing is kept. */
export async function startTwilio(): Promise<TwilioStandIn> {
  const messages: TwilioMessage[] = [];
  const standIn = await startStandIn((asked) => {
    const refusal = headFault(asked) ?? fieldFault(fieldsIn(asked));
    if (refusal) return refusal;
    const fields = fieldsIn(asked);
    messages.push(fields);
    return {
      status: 201,
      body: { sid: `SM${'0'.repeat(32)}`, status: 'queued', to: fields['To'], error_code: null },
    };
  });
  return { ...standIn, messages };
}

/** A fault as Twilio tells it. The text quotes what was asked, as real ones do. */
export function twilioFault(status: number, code: number, about = ''): Said {
  const message = `The 'To' number ${about} is not valid: Your code is 482913`;
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

/**
 * What Twilio sends to a message's `StatusCallback`, with the signature that it makes of it:
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export function twilioReport(callback: string, status: string, authToken = TOKEN): SentReport {
  const fields = {
    SmsSid: `SM${'0'.repeat(32)}`,
    SmsStatus: status,
    MessageStatus: status,
    To: '+5511912345678',
    MessageSid: `SM${'0'.repeat(32)}`,
    AccountSid: ACCOUNT,
    From: SENDER,
    ApiVersion: '2010-04-01',
  };
  const sorted = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
  const signed = callback + sorted.map(([name, value]) => name + value).join('');
  const signature = createHmac('sha1', authToken).update(Buffer.from(signed)).digest('base64');
  const headers: SentReport['headers'] = [
    ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['X-Twilio-Signature', signature],
  ];
  const query = callback.includes('?') ? callback.slice(callback.indexOf('?')) : '';
  return { query, headers, body: new URLSearchParams(fields).toString() };
}

function fieldsIn({ body }: Asked): TwilioMessage {
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

function headFault({ method, path, body, header }: Asked): Said | undefined {
  if (method !== 'POST' || path !== `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`)
    return twilioFault(404, 20404);
  const login = Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64');
  if (header('authorization') !== `Basic ${login}`) return twilioFault(401, 20003);
  const isForm =
    header('content-type') === 'application/x-www-form-urlencoded' &&
    new URLSearchParams(body.toString()).toString() === body.toString();
  return isForm ? undefined : twilioFault(400, 21100);
}

const KNOWN = [
  'To',
  'From',
  'MessagingServiceSid',
  'Body',
  'ContentSid',
  'ContentVariables',
  'ValidityPeriod',
  'StatusCallback',
];

function fieldFault(fields: TwilioMessage): Said | undefined {
  const { To = '', From, MessagingServiceSid, Body, ContentSid, ValidityPeriod = '' } = fields;
  if (Object.keys(fields).some((name) => !KNOWN.includes(name))) return twilioFault(400, 21100);
  if (!/^(?:whatsapp:)?\+[1-9]\d{7,14}$/.test(To)) return twilioFault(400, 21211, To);
  if (To.endsWith(STOPPED)) return twilioFault(400, 21610, To);
  if ((From === undefined) === (MessagingServiceSid === undefined)) return twilioFault(400, 21603);
  if ((Body === undefined) === (ContentSid === undefined)) return twilioFault(400, 21619);
  if (To.startsWith('whatsapp:') !== (From ?? '').startsWith('whatsapp:')) return twilioFault(400, 63007);
  if ((Body ?? '').length > 1600) return twilioFault(400, 21617);
  if (!/^https:\/\/[^_/]+\/\S+$/.test(fields['StatusCallback'] ?? 'https://a/b'))
    return twilioFault(400, 21609);
  const seconds = /^[1-9]\d*$/.test(ValidityPeriod) ? Number(ValidityPeriod) : 0;
  return seconds >= 1 && seconds <= 36_000 ? undefined : twilioFault(400, 21100);
}
