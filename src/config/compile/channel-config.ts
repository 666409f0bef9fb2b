import type { AddressKind } from '../../core/rule/recipient.ts';

/** Which phone numbers a channel takes. */
type PhoneConfig = { readonly defaultCountry?: string; readonly countries?: readonly string[] };

type SmtpConfig = {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTls?: boolean;
  readonly user?: string;
  /** Not enumerable. */
  readonly password?: string;
  readonly from: string;
  readonly origin?: string;
  readonly timeoutMs: number;
};

type TwilioConfig = PhoneConfig & {
  readonly kind: 'twilio';
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly apiKeySid?: string;
  /** Not enumerable. */
  readonly authToken: string;
  readonly from?: string;
  readonly messagingServiceSid?: string;
  readonly contentSid?: string;
  readonly contentSids?: Readonly<Record<string, string>>;
  /** Not enumerable. */
  readonly reports?: { readonly url: string; readonly authToken: string };
  readonly timeoutMs: number;
};

type WhatsappConfig = PhoneConfig & {
  readonly kind: 'whatsapp';
  readonly baseUrl: string;
  readonly phoneNumberId: string;
  /** Not enumerable. */
  readonly token: string;
  readonly template: string;
  readonly language: string;
  readonly languages?: Readonly<Record<string, string>>;
  /** Not enumerable. */
  readonly reports?: { readonly appSecret: string; readonly verifyToken: string };
  readonly timeoutMs: number;
};

type WebhookConfig = PhoneConfig & {
  readonly kind: 'webhook';
  readonly url: string;
  /** Not enumerable. */
  readonly secrets: readonly string[];
  readonly address: AddressKind;
  readonly reports: boolean;
  readonly timeoutMs: number;
};

type OutboxConfig = { readonly kind: 'outbox'; readonly folder?: string; readonly address: AddressKind };

/** A channel, ready to be opened. */
export type ChannelConfig = { readonly name: string } & (
  | SmtpConfig
  | TwilioConfig
  | WhatsappConfig
  | WebhookConfig
  | OutboxConfig
);
