import type { Finding } from '../explain/problem.ts';
import type { Decoded } from '../schema/schema.ts';

/** What of a channel is accepted and yet deserves a second look. */
export function adviseChannel(name: string, channel: Decoded['channels'][string]): readonly Finding[] {
  switch (channel.kind) {
    case 'smtp': {
      const isSafe = channel.secure || (channel.requireTls ?? channel.user !== undefined);
      const message = 'codes may travel in clear to the mail server: set requireTls or secure';
      return isSafe || isLoopback(channel.host) ? [] : [{ path: ['channels', name, 'requireTls'], message }];
    }
    case 'twilio':
      return [...inClear(channel.baseUrl, ['channels', name, 'baseUrl']), ...reportsElsewhere(name, channel)];
    case 'whatsapp':
      return inClear(channel.baseUrl, ['channels', name, 'baseUrl']);
    case 'webhook':
      return inClear(channel.url, ['channels', name, 'url']);
    case 'outbox':
      return [];
  }
}

/** Behind a proxy an address may be another one; mostly it is a slip of the pen, of which nothing would be heard but silence. */
function reportsElsewhere(
  name: string,
  { reports }: Extract<Decoded['channels'][string], { kind: 'twilio' }>,
): readonly Finding[] {
  const taken = `/_countersign/reports/${name}`;
  if (!reports || new URL(reports.url).pathname.endsWith(taken)) return [];
  const message = `does not end with ${taken}, where reports are taken in`;
  return [{ path: ['channels', name, 'reports', 'url'], message }];
}

function inClear(url: string, path: Finding['path']): readonly Finding[] {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || isLoopback(hostname)) return [];
  return [{ path, message: 'codes travel in clear to another machine: use https' }];
}

const MOST_WHATSAPP_SYMBOLS = 15;

/** Places of a rule at which a code that is too long for them would never be sent. */
export function adviseCodeLength(
  { code, send }: Decoded['rules'][number],
  index: number,
  channels: Decoded['channels'],
): readonly Finding[] {
  if (code.length <= MOST_WHATSAPP_SYMBOLS) return [];
  const message = `is never used: WhatsApp takes codes of up to ${MOST_WHATSAPP_SYMBOLS} symbols`;
  return send.to.flatMap(({ channel }, place) =>
    channels[channel]?.kind === 'whatsapp'
      ? [{ path: ['rules', index, 'send', 'to', place, 'channel'], message }]
      : [],
  );
}

/** Whether the host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[?::1\]?)$/i.test(host);
}
