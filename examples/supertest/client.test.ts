import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
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
  notes = createNotes(async (path, headers, body) => {
    const answer = await supertest(gateway.app).patch(path).set(headers).send(body);
    return { status: answer.status, result: answer.headers['otprules-result'], body: answer.body };
  });
});
afterEach(() => gateway.close());

/** Asks for a code, and gives the header in which it goes. */
async function askForCode(): Promise<string> {
  const asked = await notes.deliver('45');
  if (asked.kind !== 'code-needed') throw new Error(`no code was asked for: ${asked.kind}`);
  return asked.header;
}

test('a note is delivered with the code that the customer got', async () => {
  expect(await notes.deliver('45')).toMatchObject({ kind: 'code-needed', sentTo: 'a***@***.com' });
  expect(note.status).toBe('Created');
  const header = await askForCode();
  const code = gateway.lastCode('ann@example.com') ?? '';
  expect(await notes.deliver('45', { header, value: code })).toEqual({ kind: 'delivered' });
  expect(note.status).toBe('Delivered');
});

test('a wrong code can be corrected', async () => {
  const header = await askForCode();
  const code = gateway.lastCode() ?? '';
  const wrong = code === '000000' ? '111111' : '000000';
  expect(await notes.deliver('45', { header, value: wrong })).toEqual({
    kind: 'code-wrong',
    attemptsRemaining: 2,
  });
  expect(await notes.deliver('45', { header, value: code })).toEqual({ kind: 'delivered' });
});

test('a code that came too late is asked for anew', async () => {
  const header = await askForCode();
  const late = gateway.lastCode() ?? '';
  gateway.clock.advance(5 * 60_000);
  expect((await notes.deliver('45', { header, value: late })).kind).toBe('code-needed');
  expect(note.status).toBe('Created');
});

test('too many wrong codes end the matter for a while', async () => {
  const header = await askForCode();
  const code = gateway.lastCode() ?? '';
  const wrong = code === '000000' ? '111111' : '000000';
  for (const attemptsRemaining of [2, 1, 0])
    expect(await notes.deliver('45', { header, value: wrong })).toEqual({
      kind: 'code-wrong',
      attemptsRemaining,
    });
  expect(await notes.deliver('45', { header, value: code })).toEqual({
    kind: 'failed',
    reason: 'otp-attempts-exhausted',
  });
  gateway.clock.advance(15 * 60_000);
  expect((await notes.deliver('45')).kind).toBe('code-needed');
});
