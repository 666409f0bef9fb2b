import { describe, expect, it } from 'vitest';
import { createSmtpChannel } from '../../src/channels/smtp/smtp.ts';
import { describeChannel, messageOf } from './contract.ts';
import { certificate, privateKey } from './localhost-certificate.ts';
import { openInbox, politeAnswer } from './smtp-inbox.ts';
import { channelTo, from, inboxOf, rawServerOf, WITHOUT_TLS } from './smtp-setup.ts';

describeChannel('smtp', async () => {
  const inbox = await openInbox(WITHOUT_TLS);
  return {
    channel: createSmtpChannel({ host: '127.0.0.1', port: inbox.port, from }),
    arrived: async () => inbox.mails.map(({ to, text }) => ({ to, text })),
    breakDown: inbox.close,
    close: inbox.close,
  };
});

/** Our words to the server and the message, but for what is another each time. */
const LETTER = [
  'EHLO gateway',
  'MAIL FROM:<codes@acme.test>',
  'RCPT TO:<jane@doe.test>',
  'DATA',
  'Auto-Submitted: auto-generated',
  'X-Auto-Response-Suppress: All',
  'Content-Language: es',
  'From: Acme <codes@acme.test>',
  'To: jane@doe.test',
  'Subject: =?UTF-8?Q?Su_c=C3=B3digo?=',
  'Message-ID: <uuid@acme.test>',
  'Date: now',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative;',
  ' boundary="part"',
  '',
  '--part',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 7bit',
  '',
  '482913 confirma <la entrega>.',
  '--part',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<!DOCTYPE html>',
  '<html lang=3D"es">',
  '<head><meta charset=3D"utf-8"><title>Su =',
  'c=C3=B3digo</title></head>',
  '<body style=3D"font:16px/1.5 =',
  'sans-serif;color:#1a1a1a;background:#ffffff;max-width:36em;margin:0 =',
  'auto;padding:1.5em">',
  '<p><strong style=3D"font-size:1.25em;letter-spacing:0.=',
  '1em">482913</strong> confirma &lt;la entrega&gt;.</p>',
  '</body>',
  '</html>',
  '',
  '--part--',
  '.',
];

describe('an e-mail', () => {
  it('has one sender, one recipient, its own id, and the headers that keep robots from answering', async () => {
    const inbox = await inboxOf(WITHOUT_TLS);
    await channelTo(inbox.port).deliver(messageOf({ subject: 'Código für „Müller“' }));
    const [mail] = inbox.mails;
    expect(mail?.from).toBe('codes@acme.test');
    expect(mail?.headers).toEqual(
      expect.arrayContaining([
        'From: Acme <codes@acme.test>',
        'To: jane@doe.test',
        'Auto-Submitted: auto-generated',
        'X-Auto-Response-Suppress: All',
        expect.stringMatching(/^Content-Type: multipart\/alternative; boundary="/),
        expect.stringMatching(/^Subject: =\?UTF-8\?/),
        expect.stringMatching(/^Message-ID: <[0-9a-f-]{36}@acme\.test>$/),
      ]),
    );
    expect(mail?.headers.join('\n')).not.toContain('482913');
  });

  it('is, to the letter, a mail of two parts to one recipient', async () => {
    const server = await rawServerOf((line) => (line === '.' ? '250 taken' : politeAnswer(line)));
    const message = messageOf({
      subject: 'Su código',
      text: '482913 confirma <la entrega>.',
      language: 'es',
    });
    expect(await channelTo(server.port).deliver(message)).toEqual({ kind: 'accepted' });
    const sent = server.lines
      .join('\n')
      .replace(/^EHLO .*$/m, 'EHLO gateway')
      .replace(/^Date: \w{3}, \d{1,2} \w{3} \d{4} [\d:]{8} \+0000$/m, 'Date: now')
      .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'uuid')
      .replace(/--_NmP-[0-9a-f]+-Part_\d+/g, 'part');
    expect(sent.split('\n')).toEqual(LETTER);
  });

  it('has no header that its subject brought along', async () => {
    const inbox = await inboxOf(WITHOUT_TLS);
    await channelTo(inbox.port).deliver(
      messageOf({ subject: 'Code\r\nBcc: eve@evil.test\nX-Evil: 1\u2028' }),
    );
    const names = inbox.mails[0]?.headers.map((line) => line.split(':')[0]?.toLowerCase());
    expect(names).not.toContain('bcc');
    expect(names).not.toContain('x-evil');
  });

  it('has the text as a page beside it, in which nothing of the text is markup', async () => {
    const inbox = await inboxOf(WITHOUT_TLS);
    const text = '482913 confirms that <b>Box</b> & "co" was delivered.\n\nShare it\nonly after that.';
    await channelTo(inbox.port).deliver(messageOf({ subject: 'Your <code>\r\n', text }));
    const [mail] = inbox.mails;
    expect(mail?.text).toBe(text);
    expect(mail?.html).toContain('<title>Your &lt;code&gt; </title>');
    const strong = '<strong style="font-size:1.25em;letter-spacing:0.1em">482913</strong>';
    expect(mail?.html).toContain(
      `<p>${strong} confirms that &lt;b&gt;Box&lt;/b&gt; &amp; &quot;co&quot; was delivered.</p>\n<p>Share it<br>\nonly after that.</p>`,
    );
    expect(mail?.html).not.toMatch(/https?:|src=|href=|url\(/);
  });

  it('names the code for mail programs where the origin is configured', async () => {
    const inbox = await inboxOf(WITHOUT_TLS);
    await channelTo(inbox.port, { origin: 'https://crm.acme.test' }).deliver(messageOf());
    expect(inbox.mails[0]?.headers).toContain('OTP-Token: "482913"; origin="https://crm.acme.test"');
  });

  it.each([
    'jane@doe.test, eve@evil.test',
    'Jane <jane@doe.test>',
    'jane@doe.test\r\nRCPT TO:<eve@evil.test>',
    'jane',
    '',
  ])('is not sent to %j, which is not one clean address', async (address) => {
    const inbox = await inboxOf(WITHOUT_TLS);
    const delivery = await channelTo(inbox.port).deliver(messageOf({ address }));
    expect(delivery).toEqual({ kind: 'refused', reason: 'not one clean e-mail address' });
    expect(inbox.mails).toEqual([]);
  });

  it.each([
    '',
    'nobody',
    'a@acme.test, b@acme.test',
    'Acme <codes@acme.test\r\nBcc: x@evil.test>',
  ])('has no sender %j', (sender) => {
    expect(() => createSmtpChannel({ host: '127.0.0.1', port: 1, from: sender })).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
  });

  it('is one of several over one connection', async () => {
    let connections = 0;
    const inbox = await inboxOf({
      ...WITHOUT_TLS,
      onConnect(_, done) {
        connections++;
        done();
      },
    });
    const channel = channelTo(inbox.port);
    for (let index = 0; index < 5; index++) await channel.deliver(messageOf());
    expect(inbox.mails).toHaveLength(5);
    expect(connections).toBe(1);
    expect(
      new Set(inbox.mails.map(({ headers }) => headers.find((line) => /^Message-ID/.test(line)))).size,
    ).toBe(5);
  });
});

describe('encryption', () => {
  it('is demanded where a password is given, which then never travels in clear', async () => {
    const server = await rawServerOf((line) => (line === 'STARTTLS' ? '502 no' : politeAnswer(line)));
    const channel = channelTo(server.port, { user: 'acme', password: 'hunter2' });
    expect((await channel.deliver(messageOf())).kind).toBe('refused');
    expect(server.lines.join('\n')).not.toMatch(/AUTH|MAIL|DATA/);
  });

  it('is demanded where the configuration says so', async () => {
    const inbox = await inboxOf(WITHOUT_TLS);
    const delivery = await channelTo(inbox.port, { requireTls: true }).deliver(messageOf());
    expect(delivery).toEqual({ kind: 'refused', reason: expect.stringMatching(/^ETLS/) });
    expect(inbox.mails).toEqual([]);
  });

  it.each([
    true,
    false,
  ])('is used with a certificate that is trusted (secure from the start: %s)', async (secure) => {
    const inbox = await inboxOf({
      secure,
      key: privateKey,
      cert: certificate,
      onAuth: ({ username, password }, _, done) =>
        password === 'hunter2' ? done(null, { user: username }) : done(new Error('no')),
    });
    const options = { secure, ca: certificate, user: 'acme', password: 'hunter2' };
    expect(await channelTo(inbox.port, options).deliver(messageOf())).toEqual({ kind: 'accepted' });
    expect(inbox.mails).toEqual([expect.objectContaining({ secure: true, user: 'acme' })]);
  });

  it.each([
    true,
    false,
  ])('needs a certificate that is trusted (secure from the start: %s)', async (secure) => {
    const inbox = await inboxOf({ secure });
    const options = { secure, requireTls: !secure };
    expect((await channelTo(inbox.port, options).deliver(messageOf())).kind).toBe('refused');
    expect(inbox.mails).toEqual([]);
  });
});

it('takes no message once it was closed', async () => {
  const inbox = await inboxOf(WITHOUT_TLS);
  const channel = channelTo(inbox.port);
  await channel.close();
  expect((await channel.deliver(messageOf())).kind).toBe('refused');
});
