import { createHmac } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { createTwilioReports, twilioSignatureOf } from '../../src/channels/twilio/twilio-reports.ts';
import { createWebhookReports } from '../../src/channels/webhook/webhook-reports.ts';
import { createWhatsappReports } from '../../src/channels/whatsapp/whatsapp-reports.ts';
import type { Headers } from '../../src/core/wire/headers.ts';
import type { ReportReader } from '../../src/ports.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { keyOf } from '../../src/webhooks/signature.ts';
import type { SentReport } from './sent-report.ts';
import { TOKEN, twilioReport } from './twilio-stand-in.ts';
import { SECRET, webhookReport } from './webhook-stand-in.ts';
import { APP_SECRET, VERIFY_TOKEN, whatsappReport } from './whatsapp-stand-in.ts';

const URL_OF_SMS = 'https://gate.acme.test/_countersign/reports/sms';
const NOW = Date.UTC(2026, 10, 21, 14, 30);
const OTHER = `whsec_${Buffer.alloc(24, 'other').toString('base64')}`;
const clock = createHandClock(NOW);

type Kind = {
  readonly reader: ReportReader;
  /** What the provider sends, signed with its secret or another one. */
  send(reference: string, status: string, secret?: string): SentReport;
};

const KINDS: Readonly<Record<string, Kind>> = {
  twilio: {
    reader: createTwilioReports({ url: URL_OF_SMS, authToken: TOKEN }),
    send: (reference, status, secret) => twilioReport(`${URL_OF_SMS}?reference=${reference}`, status, secret),
  },
  whatsapp: {
    reader: createWhatsappReports({ appSecret: APP_SECRET, verifyToken: VERIFY_TOKEN }),
    send: (reference, status, secret) => whatsappReport([{ reference, status }], secret),
  },
  webhook: {
    reader: createWebhookReports([keyOf(OTHER), keyOf(SECRET)], clock),
    send: (reference, status, secret) =>
      webhookReport({ type: 'otp.delivery', data: { id: reference, status } }, NOW, secret),
  },
};
const OTHER_SECRETS = { twilio: 'another', whatsapp: 'another', webhook: `whsec_${'A'.repeat(32)}` } as const;

function reading({ reader }: Kind, { query, headers, body }: SentReport) {
  return reader.read({ query, headers, body: Buffer.from(body) });
}

describe.each(Object.entries(KINDS))('a report of %s', (name, kind) => {
  const sent = kind.send('abc.def-g_h', 'delivered');

  it.each(['sent', 'delivered', 'read', 'undelivered', 'failed'])('of status %s is read', (status) => {
    const reports = [{ reference: 'abc.def-g_h', status }];
    expect(reading(kind, kind.send('abc.def-g_h', status))).toEqual({ kind: 'reports', reports });
  });

  it.each(['queued', 'accepted', 'deleted', 'DELIVERED', ''])('of status %j says nothing', (status) => {
    expect(reading(kind, kind.send('abc', status))).toEqual({ kind: 'reports', reports: [] });
  });

  const altered: readonly (readonly [string, SentReport])[] = [
    ['signed with another secret', kind.send('abc', 'sent', Reflect.get(OTHER_SECRETS, name))],
    ['without a signature', { ...sent, headers: sent.headers.filter(([one]) => !/signature/i.test(one)) }],
    ['with two signatures', { ...sent, headers: [...sent.headers, ...sent.headers] }],
    [
      'with an empty signature',
      { ...sent, headers: sent.headers.map(([one, value]) => [one, /sign/i.test(one) ? '' : value]) },
    ],
    ['whose status was altered', { ...sent, body: sent.body.replace('delivered', 'read') }],
    ['whose body is gone', { ...sent, body: '' }],
    ['with something behind it', { ...sent, body: `${sent.body}&a=b` }],
  ];

  it.each(altered)('%s is not believed', (_, request) => {
    expect(reading(kind, request)).toEqual({ kind: 'unsigned' });
  });
});

describe('of Twilio', () => {
  const kind = KINDS['twilio'] as Kind;

  test.each([
    ['+14158675309', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
    ['+12349013030', '0/KCTR6DLpKmkAf8muzZqo1nDgQ='],
  ])('a signature is that of its documentation, for %s', (caller, signature) => {
    const fields = { To: '+18005551212', CallSid: 'CA1234567890ABCDE', Digits: '1234' };
    const all = new URLSearchParams({ ...fields, From: caller, Caller: caller });
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    expect(twilioSignatureOf('12345', url, all)).toBe(signature);
  });

  test.each([
    ['', 'none'],
    ['?reference=abd', 'another'],
    ['?reference=abc&reference=abd', 'two'],
    ['?reference=abc&', 'more'],
  ])('a report whose query became %j is not believed', (query) => {
    expect(reading(kind, { ...kind.send('abc', 'sent'), query })).toEqual({ kind: 'unsigned' });
  });

  test('a report as large as none of Twilio’s is not looked at', () => {
    const large = kind.send('abc', 'sent', undefined);
    const fields = new URLSearchParams(large.body);
    fields.set('Large', 'x'.repeat(16_384));
    const signature = twilioSignatureOf(TOKEN, `${URL_OF_SMS}?reference=abc`, fields);
    const request = {
      ...large,
      headers: [['x-twilio-signature', signature]],
      body: fields.toString(),
    } as const;
    expect(reading(kind, request)).toEqual({ kind: 'unsigned' });
  });
});

describe('of Meta', () => {
  const kind = KINDS['whatsapp'] as Kind;
  const { reader } = kind;

  test('reports that come together are read together, and what customers write is passed over', () => {
    const sent = whatsappReport([
      { reference: 'a', status: 'sent' },
      { reference: 'b', status: 'read' },
      { status: 'delivered' },
    ]);
    const reports = [
      { reference: 'a', status: 'sent' },
      { reference: 'b', status: 'read' },
    ];
    expect(reading(kind, sent)).toEqual({ kind: 'reports', reports });
  });

  test.each(['{', '[]', 'null', '{"object":"page"}'])('%s, though signed, is no report', (body) => {
    const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`;
    const headers: Headers = [['X-Hub-Signature-256', signature]];
    expect(reading(kind, { query: '', headers, body })).toEqual({ kind: 'unreadable' });
  });

  test.each([
    ['{"object":"whatsapp_business_account"}'],
    ['{"object":"whatsapp_business_account","entry":{"changes":[]}}'],
    [
      '{"object":"whatsapp_business_account","entry":[null,{"changes":[{"value":{"statuses":[7,{"id":1}]}}]}]}',
    ],
  ])('%s says nothing', (body) => {
    const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`;
    const headers: Headers = [['x-hub-signature-256', signature]];
    expect(reading(kind, { query: '', headers, body })).toEqual({ kind: 'reports', reports: [] });
  });

  const asking = (changes: Readonly<Record<string, string>>) =>
    `?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': VERIFY_TOKEN, ...changes })}`;

  test('who asks with the token is given the challenge back', () => {
    expect(reader.greet?.(asking({}))).toBe('1158201444');
  });

  test.each([
    { 'hub.verify_token': 'another' },
    { 'hub.verify_token': '' },
    { 'hub.mode': 'unsubscribe' },
    { 'hub.challenge': '' },
    { 'hub.challenge': '<script>' },
  ])('who asks with %j is not', (changes) => {
    expect(reader.greet?.(asking(changes))).toBeUndefined();
  });
});

describe('of the endpoint of one’s own', () => {
  const kind = KINDS['webhook'] as Kind;
  const event = { type: 'otp.delivery', data: { id: 'abc', status: 'sent' } };

  test.each([
    [-300_000, 'reports'],
    [300_000, 'reports'],
    [-301_000, 'unsigned'],
    [301_000, 'unsigned'],
  ])('a report that is %i ms off is answered %s', (offMs, expected) => {
    expect(reading(kind, webhookReport(event, NOW + offMs)).kind).toBe(expected);
  });

  test('a report is believed by each of the secrets while they change over, and among several signatures', () => {
    expect(reading(kind, webhookReport(event, NOW, OTHER)).kind).toBe('reports');
    const sent = webhookReport(event, NOW);
    const headers = sent.headers.map(
      ([name, value]) => [name, /signature/.test(name) ? `v1a,AAAA v1,AAAA ${value}` : value] as const,
    );
    expect(reading(kind, { ...sent, headers }).kind).toBe('reports');
  });

  test.each(['', 'now', '1e9', '-1', '99999999999999'])('a timestamp %j is none', (timestamp) => {
    const sent = webhookReport(event, NOW);
    const headers = sent.headers.map(
      ([name, value]) => [name, name === 'webhook-timestamp' ? timestamp : value] as const,
    );
    expect(reading(kind, { ...sent, headers }).kind).toBe('unsigned');
  });

  test('a message of ours that comes back is no report, though it is signed with the same secret', () => {
    const ours = webhookReport({ type: 'otp.code', data: { id: 'abc', status: 'read' } }, NOW);
    expect(reading(kind, ours)).toEqual({ kind: 'reports', reports: [] });
  });

  test.each([[[]], ['otp.delivery'], [{ data: {} }]])('%j, though signed, is no event', (body) => {
    expect(reading(kind, webhookReport(body, NOW)).kind).toBe('unreadable');
  });
});
