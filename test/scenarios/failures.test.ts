import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { after, cutAfter, cutBeforeHeaders, hang, onReads, onSaves, refuse } from '../harness/answers.ts';
import type { Answer } from '../harness/crm.ts';
import { gatewayOptions, PATIENCE } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder, openGateway, openWorld } from '../harness/world.ts';

describe('a CRM that refuses the save', () => {
  test('gives the code back three times, and its own answer is what the client gets', async () => {
    const { crm, rep, code } = await openWorld();
    await rep.deliver();
    crm.answerWith(onSaves(refuse(422, { error: 'no signature' })));
    for (const fate of ['kept', 'kept', 'kept', 'used']) {
      const answer = await rep.deliver(code());
      expect([answer.status, answer.code, answer.text]).toEqual([422, fate, '{"error":"no signature"}']);
    }
    crm.answerWith();
    expect((await rep.deliver(code())).result).toBe('otp-used');
    expect(crm.saves).toHaveLength(4);
  });

  test('leaves the code good for another save that confirms the same', async () => {
    const { crm, rep, code } = await openWorld();
    await rep.deliver();
    crm.answerWith(onSaves(refuse(400)));
    await rep.deliver(code());
    crm.answerWith();
    const answer = await rep.deliver(code(), { signature: 'Ann' });
    expect([answer.status, answer.code]).toEqual([200, 'used']);
    expect(crm.records.get('45')).toMatchObject({ status: 'Delivered', signature: 'Ann' });
  });
});

test('a CRM that is gone when the save is due leaves the code good: nothing was saved', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  crm.answerWith(
    onReads((_received, response, proceed) => {
      crm.stopListening();
      response.setHeader('Connection', 'close');
      proceed();
    }),
  );
  const refused = await rep.deliver(code());
  expect([refused.status, refused.result, refused.code]).toEqual([502, 'upstream-unavailable', 'kept']);
  expect(crm.saves).toHaveLength(0);
  await crm.close();

  const back = await openCrm({ port: crm.port });
  const saved = await rep.deliver(code(), { signature: 'Ann' });
  expect([saved.status, saved.code]).toEqual([200, 'used']);
  expect(back.saves).toHaveLength(1);
});

test('nobody says that nothing was saved once the CRM was asked, also where its answer is too large for us', async () => {
  const { crm, rep, code } = await openWorld({ body: { record: '2KiB' } });
  await rep.deliver();
  crm.answerWith(onSaves(refuse(200, { id: '45', note: 'x'.repeat(4000) })));
  const answer = await rep.deliver(code());
  expect(crm.saves).toHaveLength(1);
  expect([answer.status, answer.result, answer.code]).toEqual([502, 'upstream-unavailable', 'held']);
  expect(answer.text).toContain('Whether it was saved is not known');
  expect(answer.text).not.toContain('nothing was saved');
});

const DOUBTS: readonly (readonly [name: string, answer: Answer, status: number, result: string])[] = [
  ['never answers', hang, 504, 'upstream-timeout'],
  ['cuts before an answer', cutBeforeHeaders, 502, 'upstream-unavailable'],
  ['cuts its answer', cutAfter(5), 502, 'upstream-unavailable'],
  ['answers 500', refuse(500), 500, 'verified'],
  ['answers 503', refuse(503), 503, 'verified'],
];

test.each(
  DOUBTS,
)('a CRM that %s may have saved: the code is held for the identical save', async (_name, answer, status, result) => {
  const { crm, rep, code } = await openWorld({
    upstream: { timeout: PATIENCE },
  });
  await rep.deliver();
  crm.answerWith(onSaves(answer));
  const lost = await rep.deliver(code());
  expect([lost.status, lost.result, lost.code]).toEqual([status, result, 'held']);
  expect(crm.saves).toHaveLength(1);

  crm.answerWith();
  const other = await rep.deliver(code(), { signature: 'Ann' });
  expect([other.status, other.result]).toEqual([403, 'otp-binding-mismatch']);
  expect(crm.saves).toHaveLength(1);
  expect((await rep.standing()).json.result).toBe('held');

  const same = await rep.deliver(code());
  expect([same.status, same.code]).toEqual([200, 'used']);
  expect(crm.saves.map(({ body }) => body.toString())).toEqual([
    '{"status":"Delivered"}',
    '{"status":"Delivered"}',
  ]);
});

test('a CRM that refuses the repeated save leaves the code held, since the first one may have been saved', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  crm.answerWith(onSaves(refuse(500)));
  await rep.deliver(code());
  crm.answerWith(onSaves(refuse(409)));
  expect((await rep.deliver(code())).code).toBe('held');
  crm.answerWith();
  expect((await rep.deliver(code(), { signature: 'Ann' })).result).toBe('otp-binding-mismatch');
});

test('a save whose caller hung up is still settled', async () => {
  const { crm, rep, url, code } = await openWorld();
  await rep.deliver();
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  crm.answerWith(onSaves(after(promise)));
  const hangUp = new AbortController();
  const call = fetch(url + NOTE, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'OTPRULES-OTP-7': code() },
    body: '{"status":"Delivered"}',
    signal: hangUp.signal,
  }).catch((error: Error) => error.name);
  await until(() => crm.saves.length === 1);
  hangUp.abort();
  expect(await call).toBe('AbortError');
  expect((await rep.standing()).json.result).toBe('in-progress');

  letGo();
  let standing = await rep.standing();
  while (standing.json.result === 'in-progress') standing = await rep.standing();
  expect(standing.json.result).toBe('used');
  expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
});

test('where the audit file cannot be written, a right code saves nothing and stays good; other traffic passes', async () => {
  const crm = await openCrm();
  const folder = openFolder();
  const path = join(folder, 'audit.jsonl');
  const outbox = createOutbox({ addressKind: 'email' });
  const { rep } = await openGateway(gatewayOptions(crm.url, { audit: { kind: 'file', path } }), {
    channels: { email: outbox },
  });
  await rep.deliver();
  const code = outbox.lastCode() ?? '';
  rmSync(path);
  mkdirSync(path);
  const refused = await rep.deliver(code);
  expect([refused.status, refused.result]).toEqual([503, 'otp-unavailable']);
  expect(crm.saves).toHaveLength(0);
  expect((await rep.call('PATCH', NOTE, { weight: 3 })).status).toBe(200);
  expect((await rep.call('GET', '/elsewhere')).status).toBe(200);

  rmSync(path, { recursive: true });
  writeFileSync(path, '');
  const saved = await rep.deliver(code, { signature: 'Ann' });
  expect([saved.status, saved.code]).toEqual([200, 'used']);
});
