import { beforeEach, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { deliveryOptions } from '../harness/delivery.ts';
import { openPayslips, PAYSLIP_MODULE, PAYSLIPS, payslipRule } from '../harness/payslips.ts';
import type { Answered } from '../harness/rep.ts';
import type { World, WorldOptions } from '../harness/world.ts';

/*
 * Who may save a record that they may not see could try one value after the other: a save of what is stored already is no change, and the refusal says
 * which rules ask, and about which values. Until its reads are opened to them, what they hear does not depend on how the two compare.
 */

const P1 = `${PAYSLIPS}/p1`;
const STORED = '5210.40';
const PHONE = '+5511987654378';
const send = { to: [{ channel: 'whatsapp', address: 'phone' }] };
const READ = payslipRule({ on: ['read'], grant: {} });
const NET: ConfigInput['rules'][number] = {
  id: 3,
  name: 'Net',
  module: 'Payslips',
  when: { changed: 'net' },
  send: { ...send, message: '{{code}} for {{record.net}}' },
};
/** It asks about one field, and its code is bound to another one too. */
const SECRET: ConfigInput['rules'][number] = {
  id: 4,
  name: 'Secret',
  module: 'Payslips',
  when: { changed_to: ['secret', true] },
  send: { ...send, message: '{{code}} opens {{record.net}} of {{record.employee_number}}' },
};
const rules = [READ, NET, SECRET];

/** An answer as the one who guesses sees it: all of it, but for times, the request's id and their own guess. */
function seenOf({ status, text, headers }: Answered, guess: string) {
  const told = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  const body = text.replaceAll(guess, 'GUESS').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
  return { status, told, body };
}

async function openSlips(options: WorldOptions = {}) {
  const world = await openPayslips({ rules, ...options });
  const grantFor = async () => {
    await world.rep.call('GET', P1);
    const opened = await world.rep.call('POST', '/_countersign/rules/9/records/p1/grant', {
      code: world.code(),
    });
    return { 'OTPRULES-Grant': String(opened.json.token) };
  };
  return { ...world, grantFor };
}

/** What becomes of one guess: each answer of a few calls by which it could be tried, and of what they leave behind. */
async function tryIn({ rep, gateway, crm }: World, guess: string, calls: (guess: string) => readonly Call[]) {
  const seen: unknown[] = [];
  for (const [method, path, body, headers] of calls(guess))
    seen.push(seenOf(await rep.call(method, path, body, headers), guess));
  for (const rule of ['3', '4', '9'])
    seen.push(seenOf(await rep.call('GET', `/_countersign/rules/${rule}/records/p1`), guess));
  return { seen, sent: gateway.outbox.messages().length, saves: crm.saves.length };
}

type Call = readonly [method: string, path: string, body?: unknown, headers?: Record<string, string>];
const CODE = (rule: number) => `/_countersign/rules/${rule}/records/p1/code`;

const WAYS: readonly (readonly [string, right: string, wrong: string, (guess: string) => readonly Call[]])[] =
  [
    ['a save', STORED, '5210.41', (net) => [['PATCH', P1, { net }]]],
    ['a save that says more', STORED, '5210.41', (net) => [['PATCH', P1, { net, note: 'x' }]]],
    ['a save in other words', STORED, '5210.41', (NET) => [['PATCH', P1, { NET }]]],
    [
      'a whole record',
      STORED,
      '5210.41',
      (net) => [['PUT', P1, { id: 'p1', net, phone: PHONE, secret: false }]],
    ],
    ['a call that asks for a code', STORED, '5210.41', (net) => [['POST', CODE(3), { values: { net } }]]],
    [
      'a call inside the cool-down',
      STORED,
      '5210.41',
      (net) => [
        ['POST', CODE(3), { values: { net: '1' } }],
        ['POST', CODE(3), { values: { net } }],
      ],
    ],
    [
      'the address of the rule about reads',
      PHONE,
      '+5511987654379',
      (phone) => [
        ['GET', P1],
        ['PATCH', P1, { phone }],
      ],
    ],
    [
      'a code for a guess, with which nothing is said of it',
      STORED,
      '5210.41',
      (net) => [
        ['POST', CODE(4), { values: { secret: true, net } }],
        ['PATCH', P1, { secret: true }],
        ['PATCH', P1, { secret: true }, { 'OTPRULES-OTP-4': 'abc' }],
      ],
    ],
    [
      'a code for a guess, with which something else is said',
      STORED,
      '5210.41',
      (net) => [
        ['POST', CODE(4), { values: { secret: true, net } }],
        ['PATCH', P1, { secret: true, employee_number: '4721' }],
        ['PATCH', P1, { secret: true, employee_number: '4721' }, { 'OTPRULES-OTP-4': 'abc' }],
      ],
    ],
    [
      'a code that is bound to what is stored',
      STORED,
      '5210.41',
      (net) => [
        ['POST', CODE(4), {}],
        ['POST', CODE(3), { values: { net: '1' } }],
        ['PATCH', P1, { secret: true, net }],
        ['PATCH', P1, { secret: true, net }, { 'OTPRULES-OTP-4': 'abc' }],
      ],
    ],
  ];

describe('until its reads are opened', () => {
  test.each(WAYS)('%s tells nobody whether a guess is right', async (_name, right, wrong, calls) => {
    const [one, other] = [await openSlips(), await openSlips()];
    const hit = await tryIn(one, right, calls);
    expect(hit).toEqual(await tryIn(other, wrong, calls));
    expect(hit.saves).toBe(0);
  });

  test('a wrong code says no sooner that it is for other values', async () => {
    const found: unknown[] = [];
    for (const net of [STORED, '5210.41']) {
      const { rep, code } = await openSlips();
      await rep.call('POST', CODE(4), {});
      const wrong = String((Number(code()) + 1) % 1e6).padStart(6, '0');
      const answer = await rep.call('PATCH', P1, { secret: true, net }, { 'OTPRULES-OTP-4': wrong });
      found.push(seenOf(answer, net));
    }
    expect(found[0]).toEqual(found[1]);
  });
});

test('a grant by one of two rules about reads opens nothing yet', async () => {
  const found: unknown[] = [];
  for (const net of [STORED, '5210.41']) {
    const { rep, gateway, crm } = await openSlips({
      rules: [READ, { ...READ, id: 10, name: 'Second look' }, NET],
    });
    await rep.call('GET', P1);
    const code = gateway.outbox.messages().find(({ rule }) => rule === '9')?.code;
    const opened = await rep.call('POST', '/_countersign/rules/9/records/p1/grant', { code });
    const grant = { 'OTPRULES-Grant': String(opened.json.token) };
    const asked = await rep.call('PATCH', P1, { net }, grant);
    const told = asked.json.rules as readonly { readonly rule: string }[];
    expect([opened.status, told.map(({ rule }) => rule), crm.saves]).toEqual([201, ['10', '3'], []]);
    found.push(seenOf(asked, net));
  }
  expect(found[0]).toEqual(found[1]);
});

test('a grant from before the rule about reads gave none any more opens nothing', async () => {
  const { rep, crm, gateway, grantFor } = await openSlips();
  const grant = await grantFor();
  const changed = deliveryOptions(crm.url, {
    modules: { Payslips: PAYSLIP_MODULE },
    channels: { whatsapp: { kind: 'outbox', address: 'phone' } },
    rules: [payslipRule({ on: ['read'] }), NET, SECRET],
  });
  expect(gateway.reload(changed).ok).toBe(true);
  const refused = await rep.call('PATCH', P1, { net: STORED }, grant);
  expect([refused.status, refused.json.rules]).toMatchObject([428, [{ rule: '9' }, { rule: '3' }]]);
  expect(crm.saves).toEqual([]);
});

test('who vouches for a save is not told either whether it says what is stored', async () => {
  const found: unknown[] = [];
  for (const net of [STORED, '5210.41']) {
    const { rep, crm } = await openSlips({
      trustedProxies: ['127.0.0.1'],
      callers: [{ header: 'X-User', from: 'trustedProxies' }],
      rules: [
        READ,
        {
          ...NET,
          when: { or: [{ changed: 'net' }, { changed: 'note' }] },
          override: { by: { in: [{ var: 'caller.user' }, ['mia']] } },
        },
      ],
    });
    const vouched = await rep.call(
      'POST',
      '/_countersign/rules/3/records/p1/override',
      { reason: 'She signed on paper, the phone is dead', values: { net, note: 'x' } },
      { 'X-User': 'mia' },
    );
    expect([vouched.status, vouched.json['values'], crm.saves]).toEqual([201, { net, note: 'x' }, []]);
    found.push(seenOf(vouched, net));
  }
  expect(found[0]).toEqual(found[1]);
});

test('a rule that says by its condition that it is about reads keeps the record unseen too', async () => {
  const guarded = { ...READ, when: { '==': [{ var: 'save.operation' }, 'read'] } };
  const found: unknown[] = [];
  for (const net of [STORED, '5210.41'])
    found.push(
      await tryIn(await openSlips({ rules: [guarded, NET, SECRET] }), net, (guess) => [
        ['PATCH', P1, { net: guess }],
      ]),
    );
  expect(found[0]).toEqual(found[1]);
  expect(found[0]).toMatchObject({ seen: [{ status: 428 }, {}, {}, {}], saves: 0 });
});

test('a name that stands elsewhere in a save tells nobody either', async () => {
  const found: unknown[] = [];
  for (const net of [STORED, '5210.41']) {
    const world = await openSlips({ modules: { Payslips: { ...PAYSLIP_MODULE, nested: 'judge' } } });
    world.crm.records.set('p1', { ...world.crm.records.get('p1'), sums: { net: STORED } });
    found.push(
      await tryIn(world, net, (guess) => [
        ['POST', CODE(4), {}],
        ['PATCH', P1, { secret: true, sums: { net: guess } }],
        ['PATCH', P1, { secret: true, sums: { net: guess } }, { 'OTPRULES-OTP-4': 'abc' }],
      ]),
    );
  }
  expect(found[0]).toEqual(found[1]);
});

describe('honest:', () => {
  let world: Awaited<ReturnType<typeof openSlips>>;
  beforeEach(async () => {
    world = await openSlips();
  });
  const codes = ({ gateway }: World, from: number) => gateway.outbox.messages().slice(from);

  test('with a grant, what is stored already is no change, and what is new is asked about', async () => {
    const { rep, crm, gateway, code, grantFor } = world;
    const grant = await grantFor();
    const sent = gateway.outbox.messages().length;
    expect((await rep.call('PATCH', P1, { net: STORED, phone: PHONE, note: 'x' }, grant)).status).toBe(200);
    expect(codes(world, sent)).toEqual([]);
    const asked = await rep.call('PATCH', P1, { net: '1', note: 'y' }, grant);
    expect(asked.json.rules).toMatchObject([{ rule: '3', values: { net: '1' } }]);
    expect(
      (await rep.call('PATCH', P1, { net: '1', note: 'y' }, { ...grant, 'OTPRULES-OTP-3': code() })).status,
    ).toBe(200);
    expect(crm.saves.map(({ body }) => String(body))).toEqual([
      `{"net":"${STORED}","phone":"${PHONE}","note":"x"}`,
      '{"net":"1","note":"y"}',
    ]);
  });

  test('without one, the save passes with the codes that it was asked for, and the customer reads what it changes', async () => {
    const { rep, crm, gateway } = world;
    const asked = await rep.call('PATCH', P1, { net: '1', note: 'x' });
    const told = asked.json.rules as readonly { readonly rule: string }[];
    expect(told.map(({ rule }) => rule)).toEqual(['9', '3']);
    expect(told[1]).toMatchObject({ values: { net: '1' } });
    const messages = gateway.outbox.messages();
    expect(messages.find(({ rule }) => rule === '3')?.text).toMatch(/^\d{6} for 1$/);
    const brought = Object.fromEntries(messages.map(({ rule, code }) => [`OTPRULES-OTP-${rule}`, code]));
    expect((await rep.call('PATCH', P1, { net: '1', note: 'x' }, brought)).status).toBe(200);
    expect(crm.saves.map(({ body }) => String(body))).toEqual(['{"net":"1","note":"x"}']);
  });

  test('a save of another field needs the code for the read, and no other', async () => {
    const { rep, crm, code } = world;
    const asked = await rep.call('PATCH', P1, { note: 'x' });
    expect(asked.json.rules).toMatchObject([{ rule: '9' }]);
    expect((await rep.call('PATCH', P1, { note: 'x' }, { 'OTPRULES-OTP-9': code() })).status).toBe(200);
    expect(crm.saves).toHaveLength(1);
  });

  test('who sends the address back as it is stored asks for one code, and nobody is told that it changes', async () => {
    const { rep, crm, gateway, code } = world;
    await rep.call('PATCH', P1, { phone: PHONE, note: 'x' });
    expect(gateway.outbox.messages().map(({ text }) => text)).toEqual([
      expect.not.stringContaining('another address'),
    ]);
    expect(
      (await rep.call('PATCH', P1, { phone: PHONE, note: 'x' }, { 'OTPRULES-OTP-9': code() })).status,
    ).toBe(200);
    expect(crm.saves).toHaveLength(1);
  });

  test('who sends another one asks for a code of which the customer is told that it is about that', async () => {
    const { rep, crm, gateway, code } = world;
    const phone = '+5511987654379';
    const save = (headers = {}) => rep.call('PATCH', P1, { phone }, headers);
    expect((await save()).status).toBe(428);
    expect(gateway.outbox.messages().map(({ text }) => text)).toEqual([
      expect.stringContaining('another address'),
    ]);
    expect([(await save({ 'OTPRULES-OTP-9': code() })).status, crm.saves.length]).toEqual([200, 1]);
  });

  test('a code by hand is good for the save that says the same', async () => {
    const { rep, crm, code, grantFor } = world;
    const grant = await grantFor();
    world.gateway.clock.advance(60_000);
    await rep.call('POST', CODE(4), {});
    const save = await rep.call('PATCH', P1, { secret: true }, { ...grant, 'OTPRULES-OTP-4': code() });
    expect([save.status, crm.saves.length]).toEqual([200, 1]);
  });

  test.each<[string, Partial<ConfigInput['rules'][number]>]>([
    ['is in shadow mode', { mode: 'shadow' }],
    ['applies to other callers', { appliesTo: { '==': [{ var: 'caller.ip' }, '192.0.2.7'] } }],
    ['is about other records', { when: { '==': [{ var: 'record.secret' }, true] } }],
  ])('where the rule about reads %s, what is stored already is no change', async (_, changes) => {
    const { rep, crm, gateway } = await openSlips({ rules: [{ ...READ, ...changes }, NET] });
    expect((await rep.call('PATCH', P1, { net: STORED })).status).toBe(200);
    expect(gateway.outbox.messages()).toEqual([]);
    const asked = await rep.call('PATCH', P1, { net: '1' });
    expect([asked.status, asked.json.rules]).toMatchObject([428, [{ rule: '3' }]]);
    expect(crm.saves.map(({ body }) => String(body))).toEqual([`{"net":"${STORED}"}`]);
  });

  test('where reads are not guarded, a code is good for whoever says what is stored too', async () => {
    const { rep, crm, code } = await openSlips({ rules: [SECRET] });
    await rep.call('PATCH', P1, { secret: true });
    const save = { secret: true, net: STORED };
    expect((await rep.call('PATCH', P1, save, { 'OTPRULES-OTP-4': code() })).status).toBe(200);
    expect(crm.saves.map(({ body }) => String(body))).toEqual([JSON.stringify(save)]);
  });

  test('where reads are not guarded, a row leaves out what is stored already, as before', async () => {
    const { rep } = await openSlips({
      rules: [SECRET, { ...NET, when: { or: [{ changed: 'net' }, { changed: 'note' }] } }],
    });
    const asked = await rep.call('PATCH', P1, { net: STORED, note: 'x' });
    expect(asked.json.rules).toMatchObject([{ rule: '3', values: { note: 'x' } }]);
    expect((await rep.call('PATCH', P1, { net: STORED })).status).toBe(200);
  });

  test('the empty address of another rule is still filled in with the code for the read alone', async () => {
    const read = { ...READ, send: { to: [{ channel: 'whatsapp', address: 'mobile' }] } };
    const { rep, crm, code } = await openSlips({ rules: [read, NET] });
    crm.records.set('p2', { ...crm.records.get('p2'), mobile: '+5511900000002' });
    const fill = { phone: '+5511900000001' };
    const asked = await rep.call('PATCH', `${PAYSLIPS}/p2`, fill);
    expect(asked.json.rules).toMatchObject([{ rule: '9' }]);
    expect((await rep.call('PATCH', `${PAYSLIPS}/p2`, fill, { 'OTPRULES-OTP-9': code() })).status).toBe(200);
    expect(crm.saves).toHaveLength(1);
  });

  test('an empty address is still filled in where nobody can be asked', async () => {
    const fill = { ...READ, when: { '==': [{ var: 'record.secret' }, true] } };
    const { rep, crm } = await openSlips({ rules: [fill, NET] });
    expect((await rep.call('PATCH', `${PAYSLIPS}/p2`, { phone: '+5511900000001' })).status).toBe(200);
    expect(crm.saves).toHaveLength(1);
  });
});
