import { bestLanguage } from '../../core/rule/language.ts';
import type { Message } from '../../core/rule/message.ts';
import type { Channel, Clock } from '../../ports.ts';
import { createHttpDelivery } from '../http-delivery.ts';
import { createPhoneReader, type PhoneOptions } from '../phone.ts';
import { callOf, type VoiceOptions } from './twilio-call.ts';
import { callbackOf, createTwilioReports, type TwilioReportOptions } from './twilio-reports.ts';

/** The account that sends, and as whom. */
export type TwilioOptions = PhoneOptions & {
  /** `https://api.twilio.com` where it is left out. */
  readonly baseUrl?: string;
  readonly accountSid: string;
  /** Of an API key, by which requests are signed in; the account itself where it is left out. */
  readonly apiKeySid?: string;
  /** The account's token, or the key's secret. */
  readonly authToken: string;
  /** A number, a name or a short code; `whatsapp:+…` for WhatsApp. One of this and `messagingServiceSid`. */
  readonly from?: string;
  readonly messagingServiceSid?: string;
  /** The approved template of the WhatsApp message; its one variable is the code. */
  readonly contentSid?: string;
  /** The same template in other languages, by those in which rules write; `contentSid` is for all others. */
  readonly contentSids?: Readonly<Record<string, string>>;
  /** If present, the message is read out in a call, in this language, or in that of the message by its own. */
  readonly voice?: VoiceOptions;
  /** Where Twilio reports what became of messages, and the token with which it signs. */
  readonly reports?: TwilioReportOptions;
  readonly timeoutMs?: number;
};

/**
 * Codes by SMS, or by WhatsApp with a content template, over Twilio's Messages API, or read out in a call:
 * https://www.twilio.com/docs/messaging/api/message-resource https://www.twilio.com/docs/voice/api/call-resource
 */
export function createTwilioChannel(options: TwilioOptions, clock: Clock): Channel {
  const { accountSid, apiKeySid = accountSid, authToken, timeoutMs } = options;
  const http = createHttpDelivery({
    url: options.baseUrl ?? 'https://api.twilio.com',
    ...(timeoutMs !== undefined && { timeoutMs }),
    faultNumberOf: (answer) => (answer as { readonly code?: unknown } | null | undefined)?.code,
  });
  const authorization = `Basic ${Buffer.from(`${apiKeySid}:${authToken}`).toString('base64')}`;
  return {
    addressKind: 'phone',
    clean: createPhoneReader(options),
    ...(options.reports && { reports: createTwilioReports(options.reports) }),
    async deliver(message) {
      if (options.contentSid !== undefined && message.code === '')
        return { kind: 'refused', reason: 'a template is about a code, and there is none' };
      return http.send({
        path: `/2010-04-01/Accounts/${accountSid}/${options.voice ? 'Calls' : 'Messages'}.json`,
        headers: {
          accept: 'application/json',
          authorization,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams(
          options.voice
            ? callOf(message, options.from, options.voice)
            : fieldsOf(message, options, clock.now()),
        ).toString(),
      });
    },
    close: http.close,
  };
}

function fieldsOf(message: Message, options: TwilioOptions, now: number) {
  const { address, text, code, expiresAt, reference, language = '' } = message;
  const { from, messagingServiceSid = '', contentSids = {}, reports } = options;
  const contentSid =
    contentSids[bestLanguage(language, Object.keys(contentSids)) ?? ''] ?? options.contentSid;
  const to = from?.startsWith('whatsapp:') ? `whatsapp:${address}` : address;
  return {
    To: to,
    ...(from === undefined ? { MessagingServiceSid: messagingServiceSid } : { From: from }),
    ...(contentSid === undefined
      ? { Body: text }
      : { ContentSid: contentSid, ContentVariables: JSON.stringify({ 1: code }) }),
    ValidityPeriod: String(secondsUntil(expiresAt, now)),
    ...(reports && reference !== undefined && { StatusCallback: callbackOf(reports.url, reference) }),
  };
}

const LONGEST_VALIDITY_SECONDS = 36_000;

/** How long Twilio may keep trying: a code that comes late is worthless, and takes the place of the next one in the customer's eyes. */
function secondsUntil(expiresAt: number, now: number): number {
  return Math.min(Math.max(1, Math.floor((expiresAt - now) / 1000)), LONGEST_VALIDITY_SECONDS);
}
