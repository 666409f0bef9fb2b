import { expect, test } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld, type WorldOptions } from '../harness/world.ts';

/*
 * Frameworks trim the texts of a body (Laravel does from the start), and not those of an address; and to whoever reads JSON, `45.0` is 45. So our read of
 * `/ 45` finds nobody, and the save changes record 45. A new record has no address that could be changed: nobody would be asked.
 */

const NOTES = '/api/DeliveryNotes';
const MODULE = {
  dialect: 'rest' as const,
  path: NOTES,
  creates: 'upsert' as const,
  operations: [{ request: 'POST /api/upsert', save: { operation: 'create' as const } }],
};

/** A CRM that changes the record of a cleaned id, and creates where there is none. */
async function openNotes(options: WorldOptions = {}) {
  const world = await openWorld(
    { modules: { DeliveryNotes: MODULE }, ...options },
    { records: { '45': STORED } },
  );
  const { crm } = world;
  crm.answerWith(({ method, path, body }, response, proceed) => {
    if (method !== 'POST') return proceed();
    const said = JSON.parse(body.toString());
    const id = String(said.id).replace(/[\s\p{C}]/gu, '');
    crm.records.set(id, { ...crm.records.get(id), ...said, id });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(crm.records.get(id)));
    expect(path).toMatch(/^\/api\//);
  });
  return world;
}

const JSON_TYPE = { 'content-type': 'application/json' };

test.each([
  ...['" 45"', '"45 "', '"\\t45"', '"45\\n"', '"\\u00a045"', '"45\\u200b"', '"\\ufeff45"', '"4\\u00005"'],
  ...['45.0', '4.5e1', '450e-1'],
])('the address of a record is not changed as that of a new one under its id as %s', async (id) => {
  const { crm, rep } = await openNotes();
  for (const path of [NOTES, '/api/upsert']) {
    const body = `{"id":${id},"email":"rep@example.com"}`;
    const answer = await rep.call('POST', path, body, JSON_TYPE);
    expect(answer.result).toBe('request-unreadable');
    expect(answer.json['detail']).toMatch(/^Write the id /);
  }
  expect([crm.saves, crm.records.get('45')]).toEqual([[], STORED]);
});

test.each([
  '"46"',
  '46',
  '"A 46"',
  '"004"',
  '"1.0"',
  '"5e10"',
  '"a@b.example"',
  '"\\u00e9t\\u00e9"',
  '-3',
])('honest: a new record under the id %s is created', async (id) => {
  const { crm, rep } = await openNotes();
  for (const path of [NOTES, '/api/upsert']) {
    const body = `{"id":${id},"email":"rep@example.com"}`;
    expect((await rep.call('POST', path, body, JSON_TYPE)).status).toBe(200);
    crm.records.delete(String(JSON.parse(id)));
    crm.records.delete(String(JSON.parse(id)).replace(/\s/g, ''));
  }
  expect(crm.saves.map(({ path }) => path)).toEqual([NOTES, '/api/upsert']);
});

test('honest: one that is there is asked about under its own id', async () => {
  const { crm, rep } = await openNotes();
  expect((await rep.call('POST', NOTES, { id: '45', email: 'rep@example.com' })).result).toBe('otp-required');
  expect(crm.saves).toEqual([]);
});

test('honest: where the rule is in shadow mode, any id goes on', async () => {
  const { crm, rep } = await openNotes({ rules: [deliveryRule({ mode: 'shadow' })] });
  const body = '{"id":" 46","email":"rep@example.com"}';
  expect((await rep.call('POST', NOTES, body, JSON_TYPE)).status).toBe(200);
  expect(crm.saves.map((save) => String(save.body))).toEqual([body]);
});
