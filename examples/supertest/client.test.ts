import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
// In your project: import type { Ask } from 'countersign/client';
import type { Ask } from '../../src/client/client.ts';
// In your project: import { createTestGateway, type TestGateway } from 'countersign/testing';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { createNotes } from './client.ts';

// The CRM: a stand-in with one note, as your suite may have one already.
const note = { id: '45', subject: 'Two boxes', status: 'Created', email: 'ann@example.com' };
const crm = createServer((request, response) => {
  if (request.method === 'PATCH') note.status = 'Delivered';
  response.setHeader('content-type', 'application/json').end(JSON.stringify(note));
});

let gateway: TestGateway;
let notes: ReturnType<typeof createNotes>;
let person: Ask;

beforeAll(async () => {
  await new Promise<void>((listening) => crm.listen(0, '127.0.0.1', listening));
});
afterAll(() => crm.close());

// The gateway: the rules that are in force, a clock that is turned by hand, and an outbox in the place of the mail server.
beforeEach(() => {
  note.status = 'Created';
  gateway = createTestGateway({
    upstream: { url: `http://127.0.0.1:${(crm.address() as AddressInfo).port}` },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    rules: [
      {
        id: 7,
        name: 'Delivery Confirmation OTP',
        module: 'DeliveryNotes',
        when: { changed_to: ['status', 'Delivered'] },
        send: { to: [{ channel: 'email', address: 'email' }] },
      },
    ],
  });
  person = reader;
  notes = createNotes('http://crm.test', supertestFetch, (challenge) => person(challenge));
});
afterEach(() => gateway.close());

/** supertest, called as `fetch` is: the gateway needs no port. */
const supertestFetch: typeof fetch = async (input, init = {}) => {
  const { status, headers, text } = await supertest(gateway.app)
    .patch(new URL(String(input)).pathname)
    .set(Object.fromEntries(new Headers(init.headers)))
    .send(String(init.body));
  return new Response(text, { status, headers });
};

/** Asks the customer, who reads the mail. */
const reader: Ask = () => gateway.lastCode('ann@example.com');
const wrong = () => (gateway.lastCode() === '000000' ? '111111' : '000000');

test('a note is delivered with the code that the customer got', async () => {
  person = ({ sentTo, values }) => {
    expect({ sentTo, values }).toEqual({ sentTo: 'a***@***.com', values: { status: 'Delivered' } });
    expect(note.status).toBe('Created');
    return gateway.lastCode('ann@example.com');
  };
  expect(await notes.deliver('45')).toEqual({ kind: 'delivered' });
  expect(note.status).toBe('Delivered');
});

test('a wrong code can be corrected', async () => {
  const asked: unknown[] = [];
  person = ({ previous, attemptsRemaining }) => {
    asked.push([previous, attemptsRemaining]);
    return asked.length === 1 ? wrong() : gateway.lastCode();
  };
  expect(await notes.deliver('45')).toEqual({ kind: 'delivered' });
  expect(asked).toEqual([
    [undefined, 3],
    ['otp-invalid', 2],
  ]);
});

test('a code that came too late is asked for anew', async () => {
  const asked: unknown[] = [];
  person = ({ previous }) => {
    const code = gateway.lastCode();
    if (asked.push(previous) === 1) gateway.clock.advance(5 * 60_000);
    return code;
  };
  expect(await notes.deliver('45')).toEqual({ kind: 'delivered' });
  expect(asked).toEqual([undefined, 'otp-expired']);
});

test('whoever gets no code gives up, and nothing is saved', async () => {
  person = () => undefined;
  expect(await notes.deliver('45')).toEqual({ kind: 'given-up' });
  expect(note.status).toBe('Created');
});

test('too many wrong codes end the matter for a while', async () => {
  person = wrong;
  expect(await notes.deliver('45')).toEqual({ kind: 'failed', reason: 'otp-invalid' });
  person = reader;
  expect(await notes.deliver('45')).toEqual({ kind: 'failed', reason: 'otp-attempts-exhausted' });
  gateway.clock.advance(15 * 60_000);
  expect(await notes.deliver('45')).toEqual({ kind: 'delivered' });
});
