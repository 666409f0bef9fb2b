import { expect, test } from 'vitest';
import { composeMessage } from '../../src/core/rule/message.ts';
import { channelTo, inboxOf, WITHOUT_TLS } from '../channels/smtp-setup.ts';
import { aRule, aWording, objectOf, templateOf } from '../core/a-rule.ts';

/*
 * A name in letters from right to left turns the numbers that stand beside it, unless it is isolated: in a subject as in a text.
 */

test('a value in a subject keeps its direction to itself', async () => {
  const inbox = await inboxOf(WITHOUT_TLS);
  const subject = templateOf('{{code}}: {{record.payee}} 5 EUR, 20');
  const message = composeMessage({
    rule: aRule,
    wording: { ...aWording, subject },
    save: { operation: 'update', id: '45' },
    about: 'criteria',
    record: objectOf({ payee: 'א\r\nBcc: eve@evil.test' }),
    code: '123456',
  });
  const envelope = { address: 'ann@example.com', code: '123456', expiresAt: 0, rule: '7', record: '45' };
  expect(await channelTo(inbox.port).deliver({ ...envelope, ...message })).toEqual({ kind: 'accepted' });
  const lines = inbox.mails[0]?.headers.filter((line) => line.startsWith('Subject: ')).map(decoded);
  expect(lines).toEqual(['Subject: 123456: \u2066\u2068א\u2069… Bcc: eve@evil…test\u2069 5 EUR, 20']);
});

/** Encoded words, RFC 2047, as a mail program reads them. */
function decoded(line: string): string {
  const bytes = line
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?Q\?(.*?)\?=/g, (_, text: string) => text.replaceAll('_', ' '))
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/=\?UTF-8\?B\?(.*?)\?=/g, (_, text: string) => Buffer.from(text, 'base64').toString('latin1'));
  return Buffer.from(bytes, 'latin1').toString();
}
