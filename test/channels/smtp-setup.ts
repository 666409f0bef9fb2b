import { afterEach } from 'vitest';
import { createSmtpChannel, type SmtpOptions } from '../../src/channels/smtp/smtp.ts';
import type { Channel } from '../../src/ports.ts';
import { openInbox, openRawServer } from './smtp-inbox.ts';

export const from = 'Acme <codes@acme.test>';

/** For servers that never answer; long enough to get as far as the message. */
export const SHORT = { timeoutMs: 2000 };

export const WITHOUT_TLS = { disabledCommands: ['STARTTLS'] };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export async function inboxOf(...settings: Parameters<typeof openInbox>) {
  const inbox = await openInbox(...settings);
  closers.push(inbox.close);
  return inbox;
}

export async function rawServerOf(...settings: Parameters<typeof openRawServer>) {
  const server = await openRawServer(...settings);
  closers.push(server.close);
  return server;
}

export function channelTo(port: number, options: Partial<SmtpOptions> = {}): Channel {
  const channel = createSmtpChannel({ host: '127.0.0.1', port, from, ...options });
  closers.push(channel.close);
  return channel;
}
