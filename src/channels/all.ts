import { http } from './http/kind.ts';
import { outbox } from './outbox/kind.ts';
import { smtp } from './smtp/kind.ts';
import { twilio } from './twilio/kind.ts';
import { webhook } from './webhook/kind.ts';
import { whatsapp } from './whatsapp/kind.ts';

/** The ways in which codes are sent. */
export const CHANNEL_KINDS = [smtp, twilio, whatsapp, webhook, http, outbox] as const;
