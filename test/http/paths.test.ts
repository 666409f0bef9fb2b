import { describe, expect, it } from 'vitest';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, stage } from './stage.ts';

/** Spellings that some server takes for record 45 of the module. */
const ODD = [
  '/api/%44eliveryNotes/45',
  '/%61pi/DeliveryNotes/45',
  '/api/%2544eliveryNotes/45',
  '/api/%25%34%34eliveryNotes/45',
  '/api%2FDeliveryNotes%2F45',
  '/api%252FDeliveryNotes/45',
  '//api/DeliveryNotes/45',
  '/api//DeliveryNotes/45',
  '/api/DeliveryNotes//45',
  '/api/./DeliveryNotes/45',
  '/api/x/../DeliveryNotes/45',
  '/api/x/%2e%2e/DeliveryNotes/45',
  '/api/x/%252e%252e/DeliveryNotes/45',
  '/api/x/..;/DeliveryNotes/45',
  '/api/x/..%2fDeliveryNotes/45',
  '/api/x/..\\DeliveryNotes/45',
  '/api\\DeliveryNotes\\45',
  '/api/x%5C..%5CDeliveryNotes/45',
  '/api/DeliveryNotes;v=1/45',
  '/api/DeliveryNotes/45;v=1',
  '/api;/DeliveryNotes/45',
  '/api/DeliveryNotes/45%3Bv=1',
  '/api/DeliveryNotes./45',
  '/api/DeliveryNotes/45.',
  '/api/DeliveryNotes/45%00',
  '/api/DeliveryNotes%00/45',
  '/api/DeliveryNotes/45%00.txt',
  '/api/DeliveryNotes%20/45',
  '/api/%20DeliveryNotes/45',
  '/api/DeliveryNotes%09/45',
  '/api/DeliveryNotes/45%0d%0a',
  '/api/%EF%BC%A4eliveryNotes/45',
  '/api/DeliveryNotes/45#x',
  '/api/DeliveryNotes/45%23x',
  '/api/DeliveryNotes/45%3Fx=1',
  '/api/%u0044eliveryNotes/45',
  '/api/DeliveryNotes/45/.',
  '/api/DeliveryNotes/45/x/..',
  '/api/DeliveryNotes/%2e/45',
  '/api/DeliveryNotes/45/%252e%252e/%252e%252e/Contacts/5',
  '/api/DeliveryNotes/45/..;/..;/Contacts/5',
  '/api/DeliveryNotes/45%00/../../Contacts/5',
  '/api/DeliveryNotes/45%3F/../../Contacts/5',
  '/api/DeliveryNotes/../Contacts/5',
  '/x/../api/DeliveryNotes/45%23/../../y',
] as const;

describe.each(['refuse', 'forward'] as const)('with unmappedWrites: %s', (unmappedWrites) => {
  it.each(ODD)('a save to %s is refused with 400', async (path) => {
    const { crm, send } = await stage({
      unmappedWrites,
      passthrough: ['/api/x/**', '/x/**', '/api/Contacts/**'],
    });
    for (const method of ['PUT', 'PATCH', 'POST', 'DELETE', 'QUERY']) {
      const answer = await send(`${method} ${path}`, [JSON_TYPE], DELIVERED);
      expect(answer).toMatchObject({ status: 400, headers: { 'otprules-result': 'request-unreadable' } });
    }
    expect(crm.received).toEqual([]);
  });
});

describe('spellings that mean the same everywhere', () => {
  it.each([
    '/api/deliverynotes/45',
    '/API/DELIVERYNOTES/45',
  ])('%s goes on as the module spells it', async (path) => {
    const { crm, send } = await stage();
    expect((await send(`PUT ${path}`, [JSON_TYPE], DELIVERED)).status).toBe(428);
    expect((await send(`PUT ${path}`, [JSON_TYPE], HARMLESS)).status).toBe(200);
    expect(crm.saves.map((save) => save.path)).toEqual([NOTE]);
  });

  it('a slash at the end goes on with it, since some servers need it and others know no such path', async () => {
    const { crm, send } = await stage();
    expect((await send(`PUT ${NOTE}/`, [JSON_TYPE], DELIVERED)).status).toBe(428);
    expect(crm.saves).toEqual([]);
    expect((await send('PUT /api/deliverynotes/45/', [JSON_TYPE], HARMLESS)).status).toBe(404);
    expect(crm.saves.map((save) => save.path)).toEqual([`${NOTE}/`]);
  });

  it('an absolute one goes on as a path where it names our host, and nowhere else', async () => {
    const { crm, send } = await stage();
    const host = ['Host: crm.test', JSON_TYPE];
    expect((await send(`PUT http://crm.test${NOTE}`, host, DELIVERED)).status).toBe(428);
    expect((await send(`PUT http://other.test${NOTE}`, host, DELIVERED)).status).toBe(400);
    expect((await send(`PUT http://crm.test${NOTE}`, host, HARMLESS)).status).toBe(200);
    expect(crm.saves.map((save) => save.path)).toEqual([NOTE]);
  });
});

describe('what no module reads', () => {
  it.each([
    'PUT /api/DeliveryNotes/45/status',
    'POST /api/DeliveryNotes/45/actions/close',
    'PUT /api/DeliveryNotes',
    'PATCH /api/DeliveryNotes',
    'DELETE /api/DeliveryNotes',
    'DELETE /api/DeliveryNotes/45/lines/1',
  ])('%s is a write below a module that nobody can judge, whatever unmappedWrites says', async (line) => {
    for (const unmappedWrites of ['refuse', 'forward'] as const) {
      const { crm, send } = await stage({ unmappedWrites });
      const answer = await send(line, [JSON_TYPE], DELIVERED);
      expect(answer).toMatchObject({ status: 403, headers: { 'otprules-result': 'unmapped-write' } });
      expect(crm.received).toEqual([]);
    }
  });

  it.each([
    'PUT /api/Contacts/5',
    'POST /',
    'DELETE /x',
    'FOO /x',
    'POST /api/DeliveryNotesX/45',
  ])('%s is refused, and the answer names the key that would open it', async (line) => {
    const { crm, send } = await stage();
    const answer = await send(line, [JSON_TYPE], DELIVERED);
    if (line.startsWith('FOO')) expect(answer.status).toBe(400);
    else expect(answer.body).toMatch(/make it a module.*passthrough/);
    expect(crm.received).toEqual([]);
  });

  it('unmappedWrites: forward lets them through, byte for byte', async () => {
    const { crm, send } = await stage({ unmappedWrites: 'forward' });
    expect((await send('PUT /api/Contacts/5', [JSON_TYPE], '{ "a":1 , "a":2 }')).status).toBe(200);
    expect(crm.saves.map(({ path, body }) => [path, body.toString()])).toEqual([
      ['/api/Contacts/5', '{ "a":1 , "a":2 }'],
    ]);
  });

  it('reads pass', async () => {
    const { crm, send } = await stage();
    for (const line of ['GET /x', `OPTIONS ${NOTE}`, `GET ${NOTE}/lines`])
      expect((await send(line)).status).toBeLessThan(500);
    expect(crm.received).toHaveLength(3);
  });

  it.each([
    'X-HTTP-Method-Override: PUT',
    'X_Http_Method: DELETE',
  ])('a read with %s is a write', async (override) => {
    const { crm, send } = await stage();
    expect((await send('GET /api/Contacts/5', [override])).status).toBe(403);
    expect(crm.received).toEqual([]);
  });
});

describe('passthrough', () => {
  const passthrough = ['/login', '/api/Contacts/**', '/files/*/raw'];

  it.each([
    'POST /login',
    'PUT /api/Contacts/5',
    'POST /api/Contacts',
    'PUT /files/7/raw',
    'POST /api/Contacts/5/x/y?z',
  ])('%s passes', async (line) => {
    const { crm, send } = await stage({ passthrough });
    expect((await send(line, [JSON_TYPE], DELIVERED)).status).toBe(200);
    expect(crm.saves).toHaveLength(1);
  });

  it.each([
    'POST /login/',
    'POST /loginx',
    'POST /login/x',
    'POST /api/ContactsX',
    'PUT /files/7/8/raw',
    'PUT /files//raw',
    'POST /login%00',
    'POST /login;x',
    'POST /api/Contacts/%2e%2e/Users/1',
    'POST /api/Contacts/../Users/1',
    'POST /api/Contacts/..%2fUsers/1',
    'POST /api/Contacts\\..\\Users',
  ])('%s is no match', async (line) => {
    const { crm, send } = await stage({ passthrough });
    expect((await send(line, [JSON_TYPE], DELIVERED)).status).toBe(403);
    expect(crm.received).toEqual([]);
  });

  it.each([
    'X-Original-URL',
    'X-Rewrite-URL',
    'X_Original_Uri',
    'X-Forwarded-Uri',
    'X-Forwarded-Prefix',
  ])('%s does not lead from there to a guarded path', async (header) => {
    const { crm, send } = await stage({ passthrough });
    await send('PUT /api/Contacts/5', [JSON_TYPE, `${header}: ${NOTE}`], DELIVERED);
    expect(crm.saves.map(({ path }) => path)).toEqual(['/api/Contacts/5']);
    expect(crm.saves.flatMap(({ headers }) => headers.map(([, value]) => value))).not.toContain(NOTE);
  });
});
