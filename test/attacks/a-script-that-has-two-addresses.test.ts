import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors } from '../dialects/doors.ts';
import { SLIP_RULES as rules, startSlips as start } from './slips-stage.ts';

/*
 * Servers serve `/index.php` where `/` is asked for, and `/show.php` for `/show`. What a query says to the one it says to the other.
 */

const modules: ConfigInput['modules'] = {
  Slips: {
    dialect: 'rest',
    path: '/slips',
    shapes: 'none',
    operations: [
      { request: 'GET /index.php?action=slip&slip={slip}', read: { id: '{slip}', record: '' } },
      { request: 'GET /crm/show.php?slip={slip}', read: { id: '{slip}', record: '' } },
      { request: 'GET /app?slip={slip}', read: { id: '{slip}', record: '' } },
      { request: 'GET /app', harmless: true },
      { request: 'GET /app/list', harmless: true },
      { request: 'GET /index.php?action=names', harmless: true },
    ],
  },
  Orders: {
    dialect: 'rest',
    path: '/orders',
    shapes: 'none',
    operations: [
      { request: 'GET /orders/{id}', read: { id: '{id}', record: '' } },
      { request: 'POST /crm/index.php?action=save&id={id}', save: { id: '{id}', fields: '' } },
    ],
  },
};

describeDoors('a script that has two addresses', {
  start,
  modules,
  rules,
  headers: [],
  refused: [
    ['a read of the folder', 403, { line: 'GET /?action=slip&slip=1' }],
    ['a read of the folder, encoded', 403, { line: 'GET /?action=slip&slip=%31' }],
    ['a read of the folder, in another case', 403, { line: 'GET /?Action=slip&slip=1' }],
    ['a read without the ending', 403, { line: 'GET /crm/show?slip=1' }],
    ['a read without the ending, with a slash', 403, { line: 'GET /crm/show/?slip=1' }],
    ['a read of the script in the folder', 403, { line: 'GET /app/index.php?slip=1' }],
    ['a save in the folder', 403, { line: 'POST /crm/?action=save&id=1', body: '{"status":"Delivered"}' }],
    ['a save in the folder, by its body', 403, { line: 'POST /crm', body: '{"action":"save","id":1}' }],
    ['a read as it is written', 428, { line: 'GET /index.php?action=slip&slip=1' }],
    [
      'a save as it is written',
      428,
      { line: 'POST /crm/index.php?action=save&id=1', body: '{"status":"Delivered"}' },
    ],
  ],
  honest: [
    ['the folder', { line: 'GET /' }, '/'],
    ['the folder, with a query', { line: 'GET /?lang=de' }, '/?lang=de'],
    ['another action of the folder', { line: 'GET /?action=names' }, '/?action=names'],
    ['another script', { line: 'GET /crm/list?page=2' }, '/crm/list?page=2'],
    ['the operation without a query', { line: 'GET /app?page=2' }, '/app?page=2'],
    ['a save of something else', { line: 'POST /files', body: '{"a":1}' }, '/files', '{"a":1}'],
  ],
});

it('the record of a script is shown with the code at the address that is described, and at no other', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const gateway = createTestGateway({ upstream: { url: crm.url }, modules, rules });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const read = async (path: string, headers = {}) => (await fetch(url + path, { headers })).status;
  expect(await read('/?action=slip&slip=1')).toBe(403);
  expect(crm.received).toEqual([]);
  expect(await read('/index.php?action=slip&slip=1')).toBe(428);
  const code = gateway.lastCode('ann@example.com') ?? '';
  expect(await read('/?action=slip&slip=1', { 'otprules-otp-8': code })).toBe(403);
  expect(await read('/index.php?action=slip&slip=1', { 'otprules-otp-8': code })).toBe(200);
});
