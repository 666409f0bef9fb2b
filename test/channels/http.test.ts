import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { compileOptions } from '../../src/config/load.ts';
import { openChannel } from '../../src/gateway/adapters.ts';
import type { Channel } from '../../src/ports.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { createLog } from '../../src/system/log.ts';
import { aConfig, told } from '../config/example.ts';
import { startStandIn } from '../harness/stand-in.ts';
import { describeChannel, messageOf } from './contract.ts';
import { describeHttpFailures } from './http-failures.ts';
import { PROVIDERS, startProvider } from './http-stand-in.ts';
import { OF_PHONES, PHONE } from './phones.ts';

type Entry = Readonly<Record<string, unknown>>;

const NOW = Date.UTC(2026, 10, 21, 14, 30);
const page = readFileSync(new URL('../../docs/channels.md', import.meta.url), 'utf8');
const ENV = {
  VONAGE_KEY: 'the key',
  VONAGE_SECRET: 'the secret',
  ELKS_PASSWORD: 'the password',
  SMSAPI_TOKEN: 'the token',
  TOKEN: 'a token',
};

/** The configuration of a provider as the page has it, with another address. */
function documented(name: string, url: string): Entry {
  const [, text = ''] =
    new RegExp(`<!-- provider: ${name} -->\\n\`\`\`yaml\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  return { ...(parse(text) as { readonly sms: Entry }).sms, url: `${url}${PROVIDERS[name]?.path}` };
}

/** The channel as a gateway opens it. */
function opened(entry: Entry): Channel {
  const loaded = compileOptions(aConfig({ channels: { email: entry } }), ENV);
  const [channel] = loaded.ok ? loaded.snapshot.channels : [];
  if (!channel) throw new Error(told({ channels: { email: entry } }, ENV));
  return openChannel(channel, createHandClock(NOW), createLog({ level: 'silent' }));
}

/** A provider that answers as it is told, and what it was sent. */
async function provider(said: { readonly status: number; readonly body?: unknown } = { status: 200 }) {
  const standIn = await startStandIn(() => said);
  onTestFinished(standIn.close);
  return standIn;
}

async function sendWith(changes: Entry, message = messageOf({ address: PHONE })) {
  const standIn = await provider();
  const url = `${standIn.url}${changes['path'] ?? '/send'}`;
  const { path: _, ...rest } = changes;
  const channel = opened({ kind: 'http', url, ...rest });
  onTestFinished(channel.close);
  expect(await channel.deliver(message)).toEqual({ kind: 'accepted' });
  const [request] = standIn.received;
  if (!request) throw new Error('nothing was sent');
  const header = (name: string) => request.headers.find(([one]) => one.toLowerCase() === name)?.[1];
  return { ...request, text: request.body.toString(), header };
}

for (const name of Object.keys(PROVIDERS)) {
  describeChannel(
    `http to ${name}`,
    async () => {
      const standIn = await startProvider(name);
      return {
        channel: opened(documented(name, standIn.url)),
        arrived: async () => standIn.texts.map(({ to, text }) => ({ to: [to], text })),
        breakDown: standIn.close,
        close: () => standIn.close().catch(() => undefined),
      };
    },
    OF_PHONES,
  );

  it(`${name} refuses what is not as its documentation has it, and that is heard`, async () => {
    const standIn = await startProvider(name);
    onTestFinished(standIn.close);
    const { secrets: _, auth: __, ...rest } = documented(name, standIn.url);
    const body = { form: { to: '{{to}}' } };
    const channel = opened({ ...rest, body });
    onTestFinished(channel.close);
    expect(await channel.deliver(messageOf({ address: PHONE }))).toMatchObject({ kind: 'refused' });
    expect(standIn.texts).toEqual([]);
  });
}

describeHttpFailures('http', {
  start: () => startStandIn(() => ({ status: 200 })),
  open: (url, timeoutMs) =>
    opened({ kind: 'http', url: `${url}/send`, timeout: `${timeoutMs}ms`, body: { json: '{{message}}' } }),
});

describe('a value in a request', () => {
  const hostile = 'a"b\\c\r\nX-Evil: 1\r\n\r\n{{secret.key}} &to=+1 é 😀 </x>';
  const message = messageOf({ address: PHONE, text: hostile, subject: hostile });
  const secrets = { key: { env: 'TOKEN' } };

  it('stays one text of JSON, and numbers, lists and other texts stay as they are', async () => {
    const json = {
      to: '{{to}}',
      text: 'Code: {{message}}.',
      meta: { ttl: 300, list: ['{{rule}}', null, true] },
    };
    const { text, header } = await sendWith({ secrets, body: { json } }, message);
    expect(JSON.parse(text)).toEqual({
      to: PHONE,
      text: `Code: ${hostile}.`,
      meta: { ttl: 300, list: ['7', null, true] },
    });
    expect(header('content-type')).toBe('application/json');
  });

  it('stays one field of a form', async () => {
    const { text } = await sendWith(
      { secrets, body: { form: { To: '{{to}}', Body: '{{message}}' } } },
      message,
    );
    expect([...new URLSearchParams(text)]).toEqual([
      ['To', PHONE],
      ['Body', hostile],
    ]);
  });

  it('is percent-encoded in a URL, in path and query', async () => {
    const path = '/v1/{{secret.key}}/{{message}}?to={{to}}&text={{message}}';
    const { path: sent, method, text } = await sendWith({ secrets, path, method: 'GET' }, message);
    const url = new URL(sent, 'http://x');
    expect([method, text]).toEqual(['GET', '']);
    expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'v1', 'a token', hostile]);
    expect([...url.searchParams]).toEqual([
      ['to', PHONE],
      ['text', hostile],
    ]);
  });

  it.each(['.', '..'])('%j leads to no other path of the provider: nothing is sent', async (address) => {
    const standIn = await provider();
    const channel = opened({
      kind: 'http',
      url: `${standIn.url}/v1/users/{{to}}/messages?text={{code}}`,
      method: 'GET',
      address: 'opaque',
    });
    onTestFinished(channel.close);
    expect(await channel.deliver(messageOf({ address }))).toMatchObject({ kind: 'refused' });
    expect(standIn.received).toEqual([]);
    expect(await channel.deliver(messageOf({ address: `${address}x` }))).toEqual({ kind: 'accepted' });
    expect(standIn.received.map(({ path }) => path.split('?')[0])).toEqual([
      `/v1/users/${address}x/messages`,
    ]);
  });

  it('leads nowhere by dots that the address has itself, or in a query', async () => {
    const dots = messageOf({ address: PHONE, text: '..' });
    const own = await sendWith({ path: '/v1/./{{to}}', method: 'GET' }, dots);
    expect(own.path.endsWith(`/${encodeURIComponent(PHONE)}`)).toBe(true);
    const inQuery = await sendWith({ path: '/v1/send?to=x/{{message}}', method: 'GET' }, dots);
    expect(inQuery.path).toBe('/v1/send?to=x/..');
  });

  it('stays in its line of a header', async () => {
    const headers = { 'X-Text': 'say {{message}}', 'X-Key': '{{secret.key}}' };
    const { header } = await sendWith({ secrets, headers, body: { json: {} } }, message);
    expect(header('x-evil')).toBeUndefined();
    expect(header('x-key')).toBe('a token');
    expect(Buffer.from(header('x-text') ?? '', 'latin1').toString()).toBe(
      `say ${hostile.replace(/[\r\n]/g, '')}`,
    );
  });

  it('is whatever a message says of itself', async () => {
    const names = ['subject', 'code', 'rule', 'record', 'language', 'expires_at', 'seconds', 'id'];
    const json = Object.fromEntries(names.map((name) => [name, `{{${name}}}`]));
    const about = { expiresAt: NOW + 300_000, language: 'es', reference: 'abc.def', subject: 'Your code' };
    const { text } = await sendWith({ body: { json } }, messageOf({ address: PHONE, ...about }));
    expect(JSON.parse(text)).toEqual({
      subject: 'Your code',
      code: '482913',
      rule: '7',
      record: '45',
      language: 'es',
      expires_at: '2026-11-21T14:35:00.000Z',
      seconds: '300',
      id: 'abc.def',
    });
  });
});

describe('an answer', () => {
  const accepted = { status: '2xx', json: { '/messages/0/status': ['0', 'queued'] } };
  const refused = [{ status: '4xx' }, { status: 200, json: { '/messages/0/status': 4 } }, { text: 'ERROR' }];

  it.each([
    ['a value of the list', { status: 200, body: { messages: [{ status: 'queued' }] } }, 'accepted'],
    ['the same value as a number', { status: 200, body: { messages: [{ status: 0 }] } }, 'accepted'],
    ['another value', { status: 200, body: { messages: [{ status: '4' }] } }, 'refused'],
    ['a value of neither', { status: 200, body: { messages: [{ status: 'odd' }] } }, 'unknown'],
    ['no such member', { status: 200, body: {} }, 'unknown'],
    ['an object where a value should be', { status: 200, body: { messages: [{ status: {} }] } }, 'unknown'],
    ['no JSON', { status: 200, body: 'queued' }, 'unknown'],
    ['a text', { status: 500, body: ' ERROR: no credit' }, 'refused'],
    ['a class of statuses', { status: 422, body: {} }, 'refused'],
    ['a status of neither', { status: 302, body: {} }, 'unknown'],
  ])('with %s is %s', async (_, said, kind) => {
    const standIn = await provider(said);
    const channel = opened({ kind: 'http', url: `${standIn.url}/`, body: { json: {} }, accepted, refused });
    onTestFinished(channel.close);
    expect(await channel.deliver(messageOf({ address: PHONE }))).toMatchObject({ kind });
    expect(standIn.received).toHaveLength(1);
  });
});

describe('reports of a provider', () => {
  const reports = {
    secret: { env: 'TOKEN' },
    header: 'X-Signature',
    id: '/data/id',
    status: '/data/status',
    statuses: { DELIVRD: 'delivered' },
  };
  const body = Buffer.from(JSON.stringify({ data: { id: 'abc', status: 'DELIVRD' } }));
  const digest = createHmac('sha256', 'a token').update(body).digest();
  const read = (signature: string, of = body) => {
    const channel = opened({ kind: 'http', url: 'http://127.0.0.1:9/', body: { json: {} }, reports });
    onTestFinished(channel.close);
    return channel.reports?.read({ query: '', headers: [['x-signature', signature]], body: of });
  };

  it.each([
    digest.toString('hex'),
    digest.toString('base64'),
    `sha256=${digest.toString('hex')}`,
  ])('are read where they are signed: %s', (signature) => {
    expect(read(signature)).toEqual({
      kind: 'reports',
      reports: [{ reference: 'abc', status: 'delivered' }],
    });
  });

  it('are not believed where they are signed otherwise, or say something else', () => {
    expect(read('')).toEqual({ kind: 'unsigned' });
    expect(read(digest.toString('hex'), Buffer.from('{"data":{"id":"abd","status":"DELIVRD"}}'))).toEqual({
      kind: 'unsigned',
    });
  });
});

describe('a configuration', () => {
  const base = { kind: 'http', url: 'https://api.sms.test/v1/messages', body: { json: { to: '{{to}}' } } };
  it.each([
    [
      'a place that is unknown',
      { body: { json: { a: ['{{too}}'] } } },
      'body: has {{too}}, which is unknown; known are to,',
    ],
    [
      'a secret that is not declared',
      { headers: { a: '{{secret.key}}' } },
      'headers: has {{secret.key}}, which is unknown',
    ],
    ['a place in the host', { url: 'https://{{to}}.sms.test/' }, 'url: must be a URL such as'],
    ['a body with two forms', { body: { json: {}, form: {} } }, 'body: wants exactly one of json and form'],
    ['a GET with a body', { method: 'GET' }, 'body: goes with POST and PUT'],
    ['two ways to sign in', { auth: {} }, 'auth: wants exactly one of bearer and basic'],
  ])('with %s is refused', (_, changes, message) => {
    expect(told({ channels: { email: { ...base, ...changes } } }, ENV)).toContain(message);
  });

  it('is warned of where codes travel in clear', () => {
    const url = 'http://api.sms.test/v1/{{to}}';
    expect(told({ channels: { email: { ...base, url } } }, ENV)).toContain(
      'url: codes travel in clear to another machine',
    );
  });
});
