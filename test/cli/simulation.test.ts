import { describe, expect, test } from 'vitest';
import { type Stored, simulate } from '../../src/cli/rules/simulation.ts';
import { compileOptions } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { headAndBodyOf } from '../../src/gateway/http-text.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';

// Nobody listens there, and nobody is asked.
const CRM = 'http://127.0.0.1:9';

function judged(request: string, stored: Stored = {}, changes: Partial<ConfigInput> = {}) {
  const loaded = compileOptions(gatewayOptions(CRM, changes), {});
  if (!loaded.ok) throw new Error('the configuration is wrong');
  return simulate(loaded.snapshot, request, stored);
}

const put = (body: string) =>
  `# sets the status\nPUT /api/DeliveryNotes/45\nContent-Type: application/json\n\n${body}\n`;
const before = { status: 'On the way', email: 'paula@example.test', note: 'x' };

describe('a simulated request', () => {
  test('that a rule applies to needs a code, and says why', async () => {
    expect(await judged(put('{"status":"Delivered"}'), { before })).toMatchObject({
      verdict: 'otp-required',
      status: 428,
      slug: 'otp-required',
      rules: [{ rule: '7', why: ['changed_to status Delivered'] }],
    });
  });

  test('that no rule applies to passes', async () => {
    expect(await judged(put('{"note":"y"}'), { before })).toMatchObject({ verdict: 'pass', rules: [] });
    expect(await judged('GET /api/DeliveryNotes/45\n')).toMatchObject({ verdict: 'pass' });
    expect(await judged('GET /elsewhere')).toMatchObject({ verdict: 'pass' });
  });

  test('is refused as the gateway refuses it: unreadable, unmapped, a create', async () => {
    expect(await judged(put('{"status":1,"status":2}'), { before })).toMatchObject({
      verdict: 'refused',
      status: 400,
      slug: 'request-unreadable',
    });
    expect(await judged('POST /elsewhere\n\n')).toMatchObject({ verdict: 'refused', slug: 'unmapped-write' });
    const create = 'POST /api/DeliveryNotes\nContent-Type: application/json\n\n{"status":"Delivered"}';
    expect(await judged(create)).toMatchObject({
      verdict: 'refused',
      slug: 'otp-create-refused',
      rules: [{ rule: '7' }],
    });
  });

  test('whose record is not told is not judged', async () => {
    expect(await judged(put('{"status":"Delivered"}'))).toMatchObject({
      verdict: 'refused',
      slug: 'record-unavailable',
    });
  });

  test('takes addresses from other records that are told', async () => {
    const to = { channel: 'email', address: { via: 'contact', module: 'Contacts', field: 'email' } };
    const changes = {
      modules: {
        DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
        Contacts: { dialect: 'rest', path: '/api/Contacts' },
      },
      rules: [deliveryRule({ send: { to: [to] } })],
    } as const satisfies Partial<ConfigInput>;
    const stored = { before: { status: 'x', contact: '12' } };
    const request = put('{"status":"Delivered"}');
    const related = { 'Contacts/12': { email: 'paula@example.test' } };
    expect(await judged(request, { ...stored, related }, changes)).toMatchObject({ slug: 'otp-required' });
  });
});

test.each([
  ['GET /a', 'GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  [
    'POST /a HTTP/1.1\r\nHost: crm\r\n\r\nä\r\n\r\nb',
    'POST /a HTTP/1.1\r\nHost: crm\r\nContent-Length: 7\r\nConnection: close\r\n\r\nä\r\n\r\nb',
  ],
  [
    '# why\n\nPUT /a\nX: 1\n\nb',
    'PUT /a HTTP/1.1\r\nX: 1\r\nHost: localhost\r\nContent-Length: 1\r\nConnection: close\r\n\r\nb',
  ],
])('%j goes over the wire whole', (text, sent) => {
  expect(headAndBodyOf(text).toString()).toBe(sent);
});

test('an address is read as its channel would read it', async () => {
  const changes: Partial<ConfigInput> = {
    channels: {
      sms: {
        kind: 'twilio',
        accountSid: `AC${'0'.repeat(32)}`,
        authToken: 'x',
        from: '+15005550006',
        countries: ['BR'],
      },
    },
    rules: [deliveryRule({ send: { to: [{ channel: 'sms', address: 'phone' }] } })],
  };
  const request = put('{"status":"Delivered"}');
  const slugFor = async (phone: string) =>
    (await judged(request, { before: { status: 'x', phone } }, changes)).slug;
  expect(await slugFor('+55 11 96123-4567')).toBe('otp-required');
  expect(await slugFor('+1 212 555 0100')).toBe('otp-recipient-missing');
});
