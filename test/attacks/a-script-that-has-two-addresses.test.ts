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
      { request: 'GET /crm/slips.php', lists: true },
      { request: 'GET /names', harmless: true },
      { request: 'GET /names/index.php', lists: true },
    ],
  },
  Notices: {
    dialect: 'rest',
    path: '/notices',
    shapes: 'none',
    lists: 'allow',
    operations: [
      { request: 'GET /notices/{id}', read: { id: '{id}', record: '' } },
      { request: 'GET /crm/notices.php', lists: true },
    ],
  },
  Orders: {
    dialect: 'rest',
    path: '/orders',
    shapes: 'none',
    operations: [
      { request: 'GET /orders/{id}', read: { id: '{id}', record: '' } },
      { request: 'POST /crm/index.php?action=save&id={id}', save: { id: '{id}', fields: '' } },
      { request: 'POST /crm/deliver.php', save: { id: '/id', set: { status: 'Delivered' } } },
    ],
  },
};

describeDoors('a script that has two addresses', {
  start,
  modules,
  rules: [
    ...rules,
    {
      ...{ id: 9, name: 'Notices', module: 'Notices', on: ['read'], when: true },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: [],
  refused: [
    ['a read of the folder', 403, { line: 'GET /?action=slip&slip=1' }],
    ['a read of the folder, encoded', 403, { line: 'GET /?action=slip&slip=%31' }],
    ['a read of the folder, in another case', 403, { line: 'GET /?Action=slip&slip=1' }],
    ['a read without the ending', 403, { line: 'GET /crm/show?slip=1' }],
    ['a read without the ending, with a slash', 403, { line: 'GET /crm/show/?slip=1' }],
    ['a read of the script in the folder', 403, { line: 'GET /app/index.php?slip=1' }],
    ['a read without the ending, encoded', 403, { line: 'GET /crm/sh%6fw?slip=1' }],
    ['a read without the ending, encoded, with a slash', 403, { line: 'GET /crm/sh%6fw/?slip=1' }],
    ['a list without the ending', 403, { line: 'GET /crm/slips' }],
    ['a list without the ending, with a query', 403, { line: 'GET /crm/slips?page=2' }],
    ['a list of the script in what shows nothing', 403, { line: 'GET /names' }],
    ['… with a query', 403, { line: 'GET /names?page=2' }],
    ['a save without the ending', 403, { line: 'POST /crm/deliver', body: '{"id":1}' }],
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
    ['a list that is open', { line: 'GET /crm/notices?page=2' }, '/crm/notices?page=2'],
    ['a save to what only shows', { line: 'POST /crm/show', body: '{"a":1}' }, '/crm/show', '{"a":1}'],
    ['a save of something else', { line: 'POST /files', body: '{"a":1}' }, '/files', '{"a":1}'],
  ],
});

describeDoors('a folder whose script is described by no name', {
  start,
  modules: {
    Slips: {
      dialect: 'rest',
      path: '/slips',
      shapes: 'none',
      operations: [
        { request: 'GET /?view=slip&slip={slip}', read: { id: '{slip}', record: '' } },
        { request: 'GET /desk/default.aspx?slip={slip}', read: { id: '{slip}', record: '' } },
        { request: 'GET /both?slip={slip}', read: { id: '{slip}', record: '' } },
        { request: 'GET /both/index.php?slip={slip}', read: { id: '{slip}', record: '' } },
        { request: 'GET /pair?slip={slip}', read: { id: '{slip}', record: '' } },
        { request: 'GET /mixed?slip={slip}&about={other}', read: { id: '{other}', record: '' } },
        { request: 'GET /mixed/index.php?slip={slip}&about={other}', read: { id: '{slip}', record: '' } },
      ],
    },
    Papers: {
      dialect: 'rest',
      path: '/papers',
      shapes: 'none',
      operations: [{ request: 'GET /pair/index.php?slip={slip}', read: { id: '{slip}', record: '' } }],
    },
  },
  rules: [
    ...rules.filter(({ module }) => module === 'Slips'),
    {
      ...{ id: 9, name: 'Papers', module: 'Papers', on: ['read'], when: true },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: [],
  refused: [
    ['a read of the folder of another script', 403, { line: 'GET /desk?slip=1' }],
    ['a read of the script', 403, { line: 'GET /index.php?view=slip&slip=1' }],
    ['a read as it is written', 428, { line: 'GET /?view=slip&slip=1' }],
    ['a read that is described at both', 428, { line: 'GET /both?slip=1' }],
    ['… as the script', 428, { line: 'GET /both/index.php?slip=1' }],
    ['a read of a record of one module here and of another there', 403, { line: 'GET /pair?slip=1' }],
    ['a read of one record here and of another one there', 403, { line: 'GET /mixed?slip=1&about=2' }],
  ],
  honest: [['another view of the script', { line: 'GET /index.php?view=x' }, '/index.php?view=x']],
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
