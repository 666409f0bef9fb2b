import { describe, expect, test } from 'vitest';
import { openWorld, type World } from '../harness/world.ts';

/*
 * Where a body tells which operation is meant and whose records, servers that merge the address into it (servlets, Express, `$_REQUEST`) may find the
 * one or the other there, and no other one in the body that was judged.
 */

const modules = {
  DeliveryNotes: {
    dialect: 'rest',
    path: '/api/DeliveryNotes',
    operations: [
      { request: 'POST /api/call', when: { '/action': 'update' }, save: { id: '/id', fields: '/data' } },
      { request: 'POST /api/call', when: { '/action': 'ping' }, harmless: true },
      { request: 'PATCH /api/notes', save: { ids: '/keys', fields: '/data' } },
      { request: 'POST /api/import', save: { records: '/body/items', id: '/note', fields: '' } },
      { request: 'PUT /api/note?key={id}', save: { id: '{id}', fields: '' } },
    ],
  },
} as const;

const writesOf = ({ crm }: World) =>
  crm.received
    .filter(({ method }) => method !== 'GET')
    .map(({ path, body }) => [path, JSON.parse(String(body))]);
const open = () => openWorld({ modules: modules as never });

describe('beside an operation of the body', () => {
  test.each<[string, string, string, unknown]>([
    ['the operation', 'POST', '/api/call?action=update', { action: 'ping', id: 45, data: { note: 'x' } }],
    ['the operation, in another spelling', 'POST', '/api/call?Action=update', { action: 'ping' }],
    ['the operation, in brackets', 'POST', '/api/call?action[]=update', { action: 'ping' }],
    ['the record', 'POST', '/api/call?id=46', { action: 'update', id: 45, data: { note: 'x' } }],
    ['another record of a list', 'PATCH', '/api/notes?keys[]=46', { keys: [45], data: { note: 'x' } }],
    ['the fields', 'PATCH', '/api/notes?data=x', { keys: [45], data: { note: 'x' } }],
    ['a list of records', 'POST', '/api/import?body[items][0][note]=46', { body: { items: [{ note: 45 }] } }],
    ['the record of an item', 'POST', '/api/import?note=46', { body: { items: [{ note: 45 }] } }],
    ['a second record', 'PUT', '/api/note?key=45&key=46', { note: 'x' }],
  ])('the address does not name %s', async (_, method, path, body) => {
    const world = await open();
    expect((await world.rep.call(method, path, body)).status).toBe(400);
    expect(writesOf(world)).toEqual([]);
  });

  test.each<[string, string, unknown]>([
    ['POST', '/api/call?trace=1&fields=id,action', { action: 'ping' }],
    ['PATCH', '/api/notes?dry_run=0', { keys: [45], data: { note: 'x' } }],
    ['PUT', '/api/note?key=45&lang=de', { note: 'x' }],
  ])('and what else it names passes: %s %s', async (method, path, body) => {
    const world = await open();
    expect((await world.rep.call(method, path, body)).status).toBe(200);
    expect(writesOf(world)).toEqual([[path, body]]);
  });
});
