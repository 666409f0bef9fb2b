import { expect, onTestFinished, test } from 'vitest';
import { decisionIn } from '../../src/cli/report/report-line.ts';
import { createLog } from '../../src/system/log.ts';
import { startStandIn } from '../../src/testing/stand-in.ts';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openGateway } from '../harness/world.ts';

/*
 * Django REST framework holds the filters of the address against a single record as well: `PATCH /api/slips/1?net__gt=5000` is 404 where it has less. A
 * save is judged by a read that has its query, so the status would tell the value of a record that its caller may not see, by a search in halves.
 */

const SLIP = '/api/slips/1';
const STORED = 5210;
const slip = { id: '1', net: String(STORED), phone: '+5511987654378', person: '9', note: '' };
const person = { id: '9', net: String(STORED), phone: '+5511987654378' };

type Rules = TestOptions['rules'];
const send = { to: [{ channel: 'sms', address: 'phone' }] };
const READS: Rules[number] = {
  id: 9,
  name: 'Slip',
  module: 'Slips',
  on: ['read'],
  when: true,
  grant: {},
  send,
};
/** Codes go to the person, whose reads are guarded; the slips are not. */
const OF_PERSON: Rules = [
  { id: 8, name: 'Person', module: 'People', on: ['read'], when: true, send },
  {
    id: 7,
    name: 'Net',
    module: 'Slips',
    when: { changed: 'net' },
    onCreate: 'challenge',
    send: { to: [{ channel: 'sms', address: { via: 'person', module: 'People', field: 'phone' } }] },
  },
];

async function open(rules: Rules = [READS], changes: object = {}, more: Partial<TestOptions> = {}) {
  const crm = await startStandIn(({ query, pathname }) => {
    const isShown = STORED > Number(query.get('net__gt') ?? 0);
    const guards = rules === OF_PERSON ? pathname.includes('/people/') : true;
    if (guards && !isShown) return { status: 404, body: { detail: 'Not found.' } };
    return { status: 200, body: pathname.includes('/people/') ? person : slip };
  });
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: {
      Slips: { dialect: 'rest', path: '/api/slips', ...changes },
      People: { dialect: 'rest', path: '/api/people' },
    },
    channels: { sms: { kind: 'outbox', address: 'phone' } },
    rules,
    ...more,
  });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await crm.close();
  });
  return { crm, gateway, rep: repOf(url) };
}

const GUESSES = ['net__gt=5000', 'net__gt=6000'];

test.each([
  ['PATCH', { note: 'x' }],
  ['PUT', { note: 'x' }],
  ['POST', { note: 'x' }],
  ['DELETE', undefined],
] as const)('%s tells nobody whether the record is what its address guesses', async (method, body) => {
  const { crm, gateway, rep } = await open();
  const heard: unknown[] = [];
  for (const guess of GUESSES) {
    const { status, text } = await rep.call(method, `${SLIP}?${guess}`, body);
    heard.push([status, text]);
  }
  expect(heard[0]).toEqual(heard[1]);
  expect(heard).toMatchObject([
    [400, expect.stringContaining('net__gt')],
    [400, expect.anything()],
  ]);
  expect([crm.received, gateway.outbox.messages()]).toEqual([[], []]);
});

test.each([
  ['PATCH', SLIP],
  ['POST', '/api/slips'],
])('%s %s tells nothing of a record from which the address of its code is taken', async (method, path) => {
  const { crm, rep } = await open(OF_PERSON);
  const heard: unknown[] = [];
  for (const guess of GUESSES) {
    const { status, text } = await rep.call(method, `${path}?${guess}`, { net: '1', person: '9' });
    heard.push([status, text]);
  }
  expect(heard[0]).toEqual(heard[1]);
  expect(crm.received).toEqual([]);
});

test('a rule in shadow mode refuses nothing for the address of its code', async () => {
  const { rep } = await open(OF_PERSON.map((rule) => (rule.id === 7 ? { ...rule, mode: 'shadow' } : rule)));
  expect((await rep.call('PATCH', `${SLIP}?net__gt=5000`, { net: '1' })).status).toBe(200);
});

test('in shadow mode the save passes, and the log has the name for which it would be refused', async () => {
  const crm = await startStandIn(() => ({ status: 200, body: slip }));
  onTestFinished(crm.close);
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const modules = { Slips: { dialect: 'rest', path: '/api/slips' } } as const;
  const channels = { sms: { kind: 'outbox', address: 'phone' } } as const;
  const options = gatewayOptions(crm.url, { modules, channels, rules: [{ ...READS, mode: 'shadow' }] });
  const { rep } = await openGateway(options, { log });
  expect((await rep.call('PATCH', `${SLIP}?net__gt=5000`, { note: 'x' })).status).toBe(200);
  const steered = lines.flatMap((line) => decisionIn(line)?.steered ?? []);
  expect(steered).toEqual([{ module: 'Slips', query: ['net__gt'], headers: [], differs: false }]);
});

test('honest: with a grant for the record, its address is judged as before, and the CRM decides', async () => {
  const { gateway, rep } = await open();
  await rep.call('GET', SLIP);
  const code = gateway.lastCode();
  const opened = await rep.call('POST', '/_countersign/rules/9/records/1/grant', { code });
  const headers = { 'OTPRULES-Grant': String(opened.json.token) };
  expect((await rep.call('PATCH', `${SLIP}?net__gt=5000`, { note: 'x' }, headers)).status).toBe(200);
  expect((await rep.call('PATCH', `${SLIP}?net__gt=6000`, { note: 'x' }, headers)).status).toBe(404);
});

test('honest: whom no rule asks saves with a query as before', async () => {
  const callers = {
    callers: [{ header: 'X-User', from: 'trustedProxies' }],
    trustedProxies: ['127.0.0.1'],
  } as const;
  const appliesTo = { '!=': [{ var: 'caller.user' }, 'boss'] };
  for (const rules of [[{ ...READS, appliesTo }], OF_PERSON.map((rule) => ({ ...rule, appliesTo }))]) {
    const { rep } = await open(rules, {}, callers as never);
    const save = (user: string) => rep.call('PATCH', `${SLIP}?notify=1`, { net: '1' }, { 'X-User': user });
    expect([(await save('boss')).status, (await save('mia')).status]).toEqual([200, 400]);
  }
});

test('honest: a save is asked about beside a name that chooses nothing, and without one', async () => {
  const { rep } = await open([READS], { neutralQuery: ['notify'] });
  expect((await rep.call('PATCH', `${SLIP}?notify=1`, { note: 'x' })).status).toBe(428);
  expect((await rep.call('PATCH', SLIP, { note: 'x' })).status).toBe(428);
});

test('honest: a module whose reads nobody guards is saved with a query as before', async () => {
  const rule: Rules[number] = { id: 7, name: 'Net', module: 'Slips', when: { changed: 'net' }, send };
  const { rep } = await open([rule]);
  expect((await rep.call('PATCH', `${SLIP}?notify=1`, { note: 'x' })).status).toBe(200);
  expect((await rep.call('PATCH', `${SLIP}?notify=1`, { net: '1' })).status).toBe(428);
});
