import { randomUUID } from 'node:crypto';
import type { Message } from '../../core/rule/message.ts';
import type { AddressKind } from '../../core/rule/recipient.ts';
import type { Channel, Clock } from '../../ports.ts';
import { keyOf, signedHeaders } from '../../webhooks/signature.ts';
import { createHttpDelivery } from '../http-delivery.ts';
import { createPhoneReader, type PhoneOptions } from '../phone.ts';
import { createWebhookReports } from './webhook-reports.ts';

/** The operator's own endpoint, and what its messages are signed with. */
export type WebhookOptions = PhoneOptions & {
  /** The channel's name, which the receiver is told. */
  readonly name: string;
  readonly url: string;
  /** `whsec_` and Base64 of 24 to 64 bytes. Each signs, so that the receiver can change over from one to the next. */
  readonly secrets: readonly string[];
  /** What kind of address the receiver takes; phone numbers where it is left out. */
  readonly address?: AddressKind;
  /** Whether the receiver says what became of each message. */
  readonly reports?: boolean;
  readonly timeoutMs?: number;
};

/**
 * Codes to your own HTTP endpoint, signed as Standard Webhooks has it:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * `CountersignError('config-invalid')` where a secret is none.
 */
export function createWebhookChannel(options: WebhookOptions, clock: Clock): Channel {
  const { name, url, address = 'phone', timeoutMs } = options;
  const keys = options.secrets.map(keyOf);
  const target = new URL(url);
  const http = createHttpDelivery({ url: target.origin, ...(timeoutMs !== undefined && { timeoutMs }) });
  return {
    addressKind: address,
    ...(address === 'phone' && { clean: createPhoneReader(options) }),
    ...(options.reports && { reports: createWebhookReports(keys, clock) }),
    deliver(message) {
      const now = clock.now();
      const body = JSON.stringify({
        type: 'otp.code',
        timestamp: new Date(now).toISOString(),
        data: dataOf(message, name),
      });
      const headers = signedHeaders(keys, `msg_${randomUUID()}`, now, body);
      return http.send({ path: target.pathname, headers, body });
    },
    close: http.close,
  };
}

function dataOf(message: Message, channel: string): object {
  const {
    reference: id,
    address: to,
    subject,
    text,
    language,
    code,
    link,
    rule,
    record,
    expiresAt,
  } = message;
  const expires_at = new Date(expiresAt).toISOString();
  return { id, to, channel, code, link, subject, message: text, language, rule, record, expires_at };
}
