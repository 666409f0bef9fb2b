import { describe, expect, it } from 'vitest';
import { messageOf } from './contract.ts';
import { GREETING, openRawServer, politeAnswer } from './smtp-inbox.ts';
import { channelTo, inboxOf, rawServerOf, SHORT, WITHOUT_TLS } from './smtp-setup.ts';

describe('a server that does not take the message', () => {
  const refused = (reason: unknown) => ({ kind: 'refused', reason });

  it('refused it when it says so to the recipient', async () => {
    const inbox = await inboxOf({
      ...WITHOUT_TLS,
      onRcptTo({ address }, _, done) {
        done(Object.assign(new Error(`no <${address}> here, code 482913`), { responseCode: 550 }));
      },
    });
    expect(await channelTo(inbox.port).deliver(messageOf())).toEqual(refused('EENVELOPE, SMTP 550'));
  });

  it('refused it when it says so after the message', async () => {
    const answer = (line: string) =>
      line === '.' ? '554 spam: 482913 to jane@doe.test' : politeAnswer(line);
    const server = await rawServerOf(answer);
    expect(await channelTo(server.port).deliver(messageOf())).toEqual(refused('EMESSAGE, SMTP 554'));
  });

  it('refused it when it defers it', async () => {
    const server = await rawServerOf((line) => (/^MAIL/.test(line) ? '451 later' : politeAnswer(line)));
    expect(await channelTo(server.port).deliver(messageOf())).toEqual(refused('EENVELOPE, SMTP 451'));
  });

  it('refused it when nobody listens', async () => {
    const server = await openRawServer(() => undefined);
    await server.close();
    expect(await channelTo(server.port).deliver(messageOf())).toEqual(refused('ECONNREFUSED'));
  });

  it('refused it when its name is unknown', async () => {
    const delivery = await channelTo(25, { host: 'nowhere.invalid' }).deliver(messageOf());
    expect(delivery.kind).toBe('refused');
  });

  it('refused it when it never greets', async () => {
    const server = await rawServerOf(() => undefined);
    expect(await channelTo(server.port, SHORT).deliver(messageOf())).toEqual(refused(expect.any(String)));
    expect(server.lines).toEqual([]);
  });

  it('refused it when it is no mail server', async () => {
    const server = await rawServerOf((line) => (line === GREETING ? 'HTTP/1.1 400 Bad Request' : undefined));
    expect(await channelTo(server.port).deliver(messageOf())).toEqual(refused(expect.any(String)));
  });

  it('refused it when it hangs up before the message, every time', async () => {
    const server = await rawServerOf((line, socket) => {
      if (!/^RCPT/.test(line)) return politeAnswer(line);
      socket.destroy();
      return undefined;
    });
    expect(await channelTo(server.port).deliver(messageOf())).toEqual(refused('ECONNECTION'));
  });

  it.each([false, true])('refused it when the password is wrong (told in clear: %s)', async (told) => {
    const inbox = await inboxOf({
      ...WITHOUT_TLS,
      allowInsecureAuth: true,
      onAuth: (auth, _, done) => done(new Error(told ? `wrong: ${auth.password}` : 'no')),
    });
    const options = { user: 'acme', password: 'hunter2', requireTls: false };
    const delivery = await channelTo(inbox.port, options).deliver(messageOf());
    expect(delivery).toEqual(refused('EAUTH, SMTP 535'));
  });
});

describe('a server that goes silent with the message in hand', () => {
  const unknown = { kind: 'unknown', reason: expect.stringMatching(/after the message was begun$/) };

  it('may have taken it when it hangs up', async () => {
    const server = await rawServerOf((line, socket) => {
      if (line === '.') socket.destroy();
      return politeAnswer(line);
    });
    expect(await channelTo(server.port).deliver(messageOf())).toEqual(unknown);
    expect(server.lines.filter((line) => line === 'DATA')).toHaveLength(1);
  });

  it('may have taken it when it never answers', async () => {
    const server = await rawServerOf(politeAnswer);
    expect(await channelTo(server.port, SHORT).deliver(messageOf())).toEqual(unknown);
  });

  it('may have taken it when its answer is no answer', async () => {
    const server = await rawServerOf((line) => (line === '.' ? 'what?' : politeAnswer(line)));
    expect(await channelTo(server.port).deliver(messageOf())).toEqual(unknown);
  });

  it('cannot keep a delivery alive by trickling', async () => {
    const server = await rawServerOf((line, socket) => {
      if (line !== '.') return politeAnswer(line);
      const timer = setInterval(() => socket.write('250-wait\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
      return undefined;
    });
    expect(await channelTo(server.port, SHORT).deliver(messageOf())).toEqual(unknown);
  });

  it('does not keep the next message from another connection', async () => {
    let connections = 0;
    const taken: string[] = [];
    const server = await rawServerOf((line) => {
      if (line === GREETING) connections++;
      if (line === '.' && connections > 1) {
        taken.push('one');
        return '250 taken';
      }
      return politeAnswer(line);
    });
    const channel = channelTo(server.port, { maxConnections: 1, ...SHORT });
    expect(await channel.deliver(messageOf())).toEqual(unknown);
    expect(await channel.deliver(messageOf())).toEqual({ kind: 'accepted' });
    expect(taken).toEqual(['one']);
  });
});
