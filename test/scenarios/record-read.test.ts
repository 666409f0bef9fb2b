import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  cutAfter,
  cutBeforeHeaders,
  hang,
  html,
  onReads,
  raw,
  redirect,
  refuse,
} from '../harness/answers.ts';
import { type Answer, STORED } from '../harness/crm.ts';
import { deliveryRule, PATIENCE } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const NOTE_TEXT = JSON.stringify(STORED);
const RULE = deliveryRule();

const UNREADABLE: readonly (readonly [name: string, answer: Answer])[] = [
  ['is a redirect to a login page', redirect('/login')],
  [
    'is a redirect with a record in it',
    raw(307, { ...JSON_TYPE, location: '/api/DeliveryNotes/46' }, NOTE_TEXT),
  ],
  ['is a login page', html()],
  ['is a page that says it is JSON', raw(200, JSON_TYPE, '<!doctype html>')],
  ['is empty', raw(200, JSON_TYPE, '')],
  ['is a list', raw(200, JSON_TYPE, `[${NOTE_TEXT}]`)],
  ['names a field twice', raw(200, JSON_TYPE, '{"id":"45","status":"Delivered","status":"Created"}')],
  ['is cut', cutAfter(10, NOTE_TEXT)],
  ['is cut before its head', cutBeforeHeaders],
  ['never comes', hang],
  ['is too large', raw(200, JSON_TYPE, JSON.stringify({ ...STORED, note: 'x'.repeat(5000) }))],
  ['is compressed', raw(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(NOTE_TEXT))],
  ['is a part of it', raw(206, JSON_TYPE, NOTE_TEXT)],
  ['is a 204', raw(204, {}, '')],
  ['is a 500', refuse(500)],
];

describe('where the answer to the read of the stored record', () => {
  test.each(UNREADABLE)('%s, nothing is forwarded and no code is spent', async (_name, answer) => {
    const { crm, rep, code } = await openWorld({
      upstream: { timeout: PATIENCE },
      body: { record: 1000 },
    });
    await rep.deliver();
    crm.answerWith(onReads(answer));
    const refused = await rep.deliver(code());
    expect([refused.status, refused.result]).toEqual([503, 'record-unavailable']);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.text).not.toMatch(/127\.0\.0\.1|ECONN|undici/);
    expect(crm.saves).toHaveLength(0);

    crm.answerWith();
    const saved = await rep.deliver(code());
    expect([saved.status, saved.code]).toEqual([200, 'used']);
    expect(crm.saves).toHaveLength(1);
  });

  test.each([401, 403, 404])('is a %d, it is handed on as it is, and no code is spent', async (status) => {
    const { crm, rep, code } = await openWorld();
    await rep.deliver();
    crm.answerWith(onReads(raw(status, { ...JSON_TYPE, 'www-authenticate': 'Bearer' }, '{"crm":"says no"}')));
    const handedOn = await rep.deliver(code());
    expect([handedOn.status, handedOn.text]).toEqual([status, '{"crm":"says no"}']);
    expect(handedOn.headers.get('www-authenticate')).toBe('Bearer');
    expect(crm.saves).toHaveLength(0);

    crm.answerWith();
    expect((await rep.deliver(code())).code).toBe('used');
  });

  test('names the record by another id, the save is refused with a hint', async () => {
    const { crm, rep } = await openWorld();
    crm.answerWith(onReads(raw(200, JSON_TYPE, JSON.stringify({ ...STORED, id: '045' }))));
    const refused = await rep.deliver();
    expect([refused.status, refused.result]).toEqual([400, 'request-unreadable']);
    expect(crm.saves).toHaveLength(0);
  });

  test('leaves a field out that the rule reads, the rule applies', async () => {
    const { crm, rep } = await openWorld(
      {
        rules: [
          {
            ...RULE,
            when: {
              and: [{ changed_to: ['status', 'Delivered'] }, { '==': [{ var: 'before.kind' }, 'box'] }],
            },
          },
        ],
      },
      { records: { '45': STORED } },
    );
    const refused = await rep.deliver();
    expect([refused.status, refused.result]).toEqual([428, 'otp-required']);
    expect(crm.saves).toHaveLength(0);
  });
});

test('the record is read with the credentials of the caller, and who has none hears it from the CRM', async () => {
  const { crm, gateway, rep, url } = await openWorld({}, { auth: true });
  await rep.deliver();
  const read = crm.received.find(({ method }) => method === 'GET');
  expect(read?.headers).toContainEqual(['authorization', 'Bearer rep']);
  gateway.outbox.clear();
  const stranger = repOf(url, null);
  const refused = await stranger.deliver();
  expect([refused.status, refused.text]).toEqual([401, '{"error":"who are you?"}']);
  for (const answer of [await stranger.askForCode(), await stranger.standing()])
    expect([answer.status, answer.result]).toEqual([401, 'not-authenticated']);
  expect(gateway.outbox.messages()).toEqual([]);
  expect(crm.saves).toHaveLength(0);
});
