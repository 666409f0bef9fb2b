import { describe, expect, test } from 'vitest';
import { refuse, when } from '../harness/answers.ts';
import { hiddenRule, openHidden, seenOf } from '../harness/hidden.ts';
import { findingIn, PAYSLIPS, RULE } from '../harness/payslips.ts';
import { type Answered, type Rep, repOf, wrongCode } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';

const IDENTIFY = `${RULE}/identify`;
const MINUTE = 60_000;

const identify = (rep: Rep, value = '4721') => rep.call('POST', IDENTIFY, { value });
const at = (handle: unknown, call = '') => `${RULE}/records/${handle}${call}`;
const open = (rep: Rep, handle: unknown, code: string) => rep.call('POST', at(handle, '/grant'), { code });

/** Everything that a caller can do about a value, without the code. */
async function converse({ gateway: { clock }, rep }: World, value: string) {
  const start = clock.now();
  const seen: ReturnType<typeof seenOf>[] = [];
  const hear = (answer: Answered) => {
    seen.push(seenOf(answer, start));
    return answer;
  };
  const handle = hear(await identify(rep, value)).json.record;
  const ask = async () => {
    hear(await identify(rep, value));
    hear(await identify(rep, ` ${value} `));
    hear(await rep.call('POST', at(handle, '/code')));
    hear(await rep.call('POST', `${RULE}/code`, { records: [handle] }));
    hear(await rep.call('GET', at(handle)));
  };
  await ask();
  hear(await open(rep, handle, '000000'));
  hear(await open(rep, handle, 'not a code'));
  clock.advance(30_000);
  await ask();
  hear(await open(rep, handle, '111111'));
  clock.advance(30_000);
  hear(await rep.call('POST', at(handle, '/code'), { values: { net: '1' } }));
  hear(await open(rep, handle, '222222'));
  hear(await open(rep, handle, '333333'));
  await ask();
  clock.advance(15 * MINUTE);
  hear(await open(rep, handle, '444444'));
  await ask();
  clock.advance(30_000);
  await ask();
  clock.advance(60 * MINUTE);
  hear(await open(rep, handle, '555555'));
  hear(await rep.call('GET', at(handle)));
  return seen;
}

/** The CRM answers reads of this path with the status, and finds people as before. */
function refuseAt(path: string, status: number) {
  return ({ crm }: World) => {
    const find = findingIn(crm);
    const fail = when((received) => received.path === path, refuse(status));
    crm.answerWith((received, response, proceed) =>
      fail(received, response, () => find(received, response, proceed)),
    );
  };
}

const unknown: readonly (readonly [who: string, value: string, change: (world: World) => void])[] = [
  ['nobody', '9999', () => undefined],
  ['somebody without an address', '4722', () => undefined],
  ['somebody whom the CRM keeps from this caller', '4721', refuseAt(`${PAYSLIPS}/p1`, 403)],
  ['somebody whose record is gone', '4721', refuseAt(`${PAYSLIPS}/p1`, 404)],
  ['somebody whose record cannot be read', '4721', refuseAt(`${PAYSLIPS}/p1`, 500)],
  ['a lookup that is refused', '4721', refuseAt(`${PAYSLIPS}?employee_number=4721`, 403)],
  ['a value that the CRM calls malformed', '4721', refuseAt(`${PAYSLIPS}?employee_number=4721`, 400)],
  [
    'two people of one number',
    '4721',
    ({ crm }) => crm.records.set('p9', { id: 'p9', employee_number: '4721' }),
  ],
  [
    'somebody whose id is too long for a handle',
    '4730',
    ({ crm }) => {
      const id = '1'.repeat(400);
      crm.records.set(id, { id, employee_number: '4730', phone: '+5511987654378' });
    },
  ],
];

describe('who is there and who is not', () => {
  test.each(
    unknown,
  )('are answered alike, to the byte, over a whole conversation: %s', async (_who, value, change) => {
    const known = await openHidden();
    const other = await openHidden();
    change(other);
    const expected = await converse(known, '4721');
    expect(await converse(other, value)).toEqual(expected);
    const results = expected.map(({ headers }) => new Map(headers).get('otprules-result'));
    expect(new Set(results)).toEqual(
      new Set([
        ...['sent', 'living', 'exhausted', undefined],
        ...['otp-invalid', 'otp-resend-limited', 'otp-attempts-exhausted', 'otp-expired', 'record-not-found'],
      ]),
    );
    expect(known.gateway.outbox.messages()).not.toEqual([]);
    expect(other.gateway.outbox.messages()).toEqual([]);
  });
});

const whole = (world: World) => ({ ...world, clock: world.gateway.clock });

/** Somebody who was identified, and whose code has arrived. */
async function identified(options?: Parameters<typeof openHidden>[0]) {
  const world = whole(await openHidden(options));
  const handle = String((await identify(world.rep)).json.record);
  const code = await until(() => world.gateway.lastCode());
  return { ...world, handle, code: () => world.gateway.lastCode() ?? code };
}

test('whoever tries numbers gets as many codes, and is refused as soon, whether anybody is there or not', async () => {
  const limits = {
    address: { hour: 2, day: 2 },
    caller: { hour: 9, wrong: 3 },
    unverified: { atLeast: 4, ratio: 0.5, caller: 'refuse', country: 'refuse' },
  } as const;
  const start = Date.now() + 60 * MINUTE;
  const tryAll = async (isThere: boolean) => {
    const { crm, gateway, rep } = await openHidden({ limits });
    gateway.clock.advance(start - gateway.clock.now());
    const said: unknown[] = [];
    for (let nth = 0; nth < 20; nth++) {
      if (isThere)
        crm.records.set(`q${nth}`, { id: `q${nth}`, employee_number: `8${nth}`, phone: '+5511987654378' });
      const answer = await identify(rep, `8${nth}`);
      said.push(seenOf(answer, gateway.clock.now()));
      said.push(seenOf(await open(rep, answer.json.record, '000000'), gateway.clock.now()));
      gateway.clock.advance(4 * MINUTE);
    }
    return said;
  };
  const expected = await tryAll(true);
  expect(await tryAll(false)).toEqual(expected);
  expect(JSON.stringify(expected)).toContain('otp-rate-limited');
});

describe('a handle', () => {
  test('with its code opens a grant that names the record, which can be read then', async () => {
    const { gateway, rep, handle, code } = await identified();
    expect(gateway.outbox.messages().map(({ address, record }) => [address, record])).toEqual([
      ['+5511987654378', 'p1'],
    ]);
    expect((await open(rep, handle, wrongCode(code()))).status).toBe(403);
    const opened = await open(rep, handle, code());
    expect([opened.status, opened.json.record]).toEqual([201, 'p1']);
    const headers = { 'OTPRULES-Grant': String(opened.json.token) };
    const shown = await rep.call('GET', `${PAYSLIPS}/p1`, undefined, headers);
    expect([shown.status, shown.json.net]).toEqual([200, '5210.40']);
    expect((await open(rep, handle, code())).result).toBe('otp-used');
  });

  test('is another one each time, of one length, and says neither the value nor the id', async () => {
    const { crm, gateway, rep } = await openHidden();
    const long = 'p'.repeat(150);
    crm.records.set(long, { id: long, employee_number: 'ann-lee', phone: '' });
    const values = ['4721', '4721', '4722', '9999', '9999', 'ann-lee', 'x'.repeat(200), 'ÄÖÜ@'.repeat(50)];
    const handles: string[] = [];
    for (const value of values) {
      handles.push((await identify(rep, value)).json.record ?? '');
      gateway.clock.advance(30_000);
    }
    expect(new Set(handles).size).toBe(values.length);
    expect(new Set(handles.map(({ length }) => length)).size).toBe(1);
    for (const handle of handles) {
      const bytes = Buffer.from(handle.slice(handle.indexOf('.') + 1), 'base64url').toString('latin1');
      for (const text of [...values, 'p1', 'p'.repeat(8)])
        expect(`${handle} ${bytes}`.includes(text) && text.length > 2).toBe(false);
    }
  });

  test('that is forged, changed, of another rule or caller, or over, and an id without a grant, name nobody', async () => {
    const { url, rep, clock, gateway, crm, handle, code } = await identified({
      rules: [hiddenRule(), hiddenRule({ id: 10, name: 'Other' })],
    });
    const other = String(
      (await rep.call('POST', '/_countersign/rules/10/identify', { value: '4721' })).json.record,
    );
    await until(() => gateway.outbox.messages().length === 2);
    const asked = crm.received.length;
    const changed = handle.slice(0, -2) + (handle.endsWith('AA') ? 'BB' : 'AA');
    const said: unknown[] = [];
    const ask = async (who: Rep, name: string) => {
      for (const answer of [
        await open(who, name, code()),
        await who.call('GET', at(name)),
        await who.call('POST', at(name, '/code')),
      ])
        said.push(seenOf(answer, 0));
      const many = await who.call('POST', `${RULE}/code`, { records: [name] });
      expect(many.json.results).toMatchObject([{ result: 'record-not-found', status: 404 }]);
    };
    const names = [changed, other, handle.slice(9), `${handle.slice(0, 8)}.AAAA`, 'p1', 'p7', 'x', '%20'];
    for (const name of names) await ask(rep, name);
    await ask(repOf(url, 'Bearer another'), handle);
    clock.advance(60 * MINUTE);
    await ask(rep, handle);
    expect(said).toEqual(said.map(() => said[0]));
    expect(said[0]).toMatchObject({ status: 404 });
    expect(crm.received.slice(asked)).toEqual([]);
    expect(gateway.outbox.messages()).toHaveLength(2);
  });

  test('asks for one code over all spellings of the value', async () => {
    const { crm, rep } = await openHidden();
    crm.records.set('p5', { id: 'p5', employee_number: 'AB-7', phone: '+5511987654378' });
    for (const known of ['AB-7', 'CD-8']) {
      expect((await identify(rep, known)).status).toBe(201);
      for (const spelling of [
        known.toLowerCase(),
        ` ${known}`,
        known.replace('-7', '-７').replace('-8', '-８'),
      ])
        expect((await identify(rep, spelling)).result).toBe('otp-resend-limited');
    }
  });

  test('says nothing of what another caller did about the same person', async () => {
    const { url, rep, handle } = await identified();
    for (const nth of [1, 2, 3]) await open(rep, handle, `00000${nth}`);
    const other = await identify(repOf(url, 'Bearer another'));
    expect([other.status, other.json.attempts_remaining]).toEqual([201, 3]);
  });

  test('shares the attempts of its record with all others: where they are used up, the right code is wrong', async () => {
    const { url, rep, clock, gateway, handle, code } = await identified();
    for (const nth of [1, 2, 3]) await open(rep, handle, wrongCode(code(), nth));
    const other = repOf(url, 'Bearer another');
    const theirs = String((await identify(other)).json.record);
    const newest = await until(() => gateway.outbox.messages()[1]?.code);
    const answer = await open(other, theirs, newest);
    expect([answer.result, answer.json.rules?.[0]?.attempts_remaining]).toEqual(['otp-invalid', 2]);
    clock.advance(15 * MINUTE);
    await other.call('POST', at(theirs, '/code'));
    const next = await until(() => gateway.outbox.messages()[2]?.code);
    expect((await open(other, theirs, next)).status).toBe(201);
  });

  test('of who had the number before does not open the record of who has it now', async () => {
    const { crm, clock, gateway, rep, handle, code } = await identified();
    const { p1 } = Object.fromEntries(crm.records);
    crm.records.delete('p1');
    crm.records.set('p6', { ...p1, id: 'p6', phone: '+5511911111111' });
    clock.advance(30_000);
    const theirs = String((await identify(rep)).json.record);
    await until(() => crm.received.some(({ path }) => path === `${PAYSLIPS}/p6`));
    // The living code is frozen to the number that it went to, so the new one went nowhere.
    expect(gateway.outbox.messages()).toHaveLength(1);
    expect((await open(rep, theirs, code())).status).toBe(403);
    clock.advance(5 * MINUTE);
    const again = String((await identify(rep)).json.record);
    const newest = await until(() => gateway.outbox.messages()[1]?.code);
    expect((await open(rep, handle, newest)).status).toBe(403);
    expect((await open(rep, again, newest)).json.record).toBe('p6');
  });

  test('repeats the living code where the rule does, and not to a number that was changed meanwhile', async () => {
    const rules = [hiddenRule({ code: { resend: 'same' } })];
    const { crm, clock, gateway, rep, handle, code } = await identified({ rules });
    clock.advance(30_000);
    expect((await rep.call('POST', at(handle, '/code'))).status).toBe(201);
    await until(() => gateway.outbox.messages().length === 2);
    expect(gateway.outbox.messages()[1]?.code).toBe(gateway.outbox.messages()[0]?.code);
    crm.records.set('p1', { ...crm.records.get('p1'), phone: '+5511911111111' });
    clock.advance(30_000);
    const asked = crm.received.length;
    expect((await rep.call('POST', at(handle, '/code'))).status).toBe(201);
    await until(() => crm.received.length > asked);
    expect((await open(rep, handle, code())).status).toBe(201);
    expect(gateway.outbox.messages()).toHaveLength(2);
  });
});

describe('a record that has an id', () => {
  const calls: readonly (readonly [method: string, below: string, body: unknown])[] = [
    ['GET', '', undefined],
    ['HEAD', '', undefined],
    ['OPTIONS', '', undefined],
    ['GET', '/pdf', undefined],
    ['PATCH', '', { note: 'x' }],
    ['PATCH', '', { phone: '+5511900000001' }],
    ['PUT', '', { note: 'x' }],
    ['POST', '', { note: 'x' }],
    ['DELETE', '', undefined],
  ];

  test('honest: what may be done with their list, which tells of none of them, is asked of the CRM', async () => {
    const { crm, rep } = await openHidden();
    crm.answerWith(({ method }, response, proceed) => {
      if (method === 'OPTIONS') response.writeHead(204, { Allow: 'GET, POST' }).end();
      else proceed();
    });
    const { status, headers } = await rep.call('OPTIONS', PAYSLIPS);
    expect([status, headers.get('allow')]).toEqual([204, 'GET, POST']);
    expect(crm.received.map(({ method, path }) => `${method} ${path}`)).toEqual([`OPTIONS ${PAYSLIPS}`]);
  });

  test.each(
    calls,
  )('%s %s %j says the same of it as of one that is not there, and the CRM is not asked', async (method, below, body) => {
    const { crm, gateway, rep } = await openHidden();
    const [there, not, code] = [
      await rep.call(method, `${PAYSLIPS}/p1${below}`, body),
      await rep.call(method, `${PAYSLIPS}/p7${below}`, body),
      await rep.call(method, `${PAYSLIPS}/p1${below}`, body, { 'OTPRULES-OTP-9': '123456' }),
    ].map((answer) => seenOf(answer, gateway.clock.now()));
    expect(there).toEqual(not);
    expect(code).toEqual(not);
    expect([403, 428]).toContain(there?.status);
    expect(crm.received).toEqual([]);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('is named by it to whoever has a grant for it, and by no other grant', async () => {
    const { clock, rep, handle, code } = await identified();
    const token = String((await open(rep, handle, code())).json.token);
    const read = (id: string) => rep.call('GET', `${PAYSLIPS}/${id}`, undefined, { 'OTPRULES-Grant': token });
    expect((await read('p1')).status).toBe(200);
    expect((await read('p2')).status).toBe(428);
    const standing = await rep.call('GET', at('p1'), undefined, { 'OTPRULES-Grant': token });
    expect([standing.status, standing.json.record]).toEqual([200, 'p1']);
    const other = await rep.call('GET', at('p2'), undefined, { 'OTPRULES-Grant': token });
    expect(other.result).toBe('record-not-found');
    clock.advance(30 * MINUTE);
    const over = await read('p1');
    expect([over.status, over.json.rules]).toEqual([428, (await read('p7')).json.rules]);
  });

  test('is shown to whom no rule asks, as before', async () => {
    const appliesTo = { '!=': [{ var: 'caller.user' }, 'ann'] };
    const callers = [{ basic: true }] as const;
    const { crm, url, rep } = await openHidden({ rules: [hiddenRule({ appliesTo })], callers: [...callers] });
    const ann = repOf(url, `Basic ${Buffer.from('ann:x').toString('base64')}`);
    expect((await ann.call('GET', `${PAYSLIPS}/p1`)).status).toBe(200);
    expect((await rep.call('GET', `${PAYSLIPS}/p1`)).status).toBe(428);
    expect(crm.saves).toEqual([]);
  });
});

describe('the CRM', () => {
  test('is not asked who is there where the caller may not ask now', async () => {
    const { crm, gateway, rep } = await openHidden({ limits: { caller: { hour: 2 } } });
    const lookups = () => crm.received.filter(({ path }) => path.includes('?')).length;
    for (const value of ['4721', '4721', '9999', '9999', '4722', '1234']) await identify(rep, value);
    expect(lookups()).toBe(2);
    gateway.clock.advance(60 * MINUTE);
    expect((await identify(rep, '1234')).status).toBe(201);
    expect(lookups()).toBe(3);
  });

  test('that could not be asked costs the caller nothing', async () => {
    const { crm, rep } = await openHidden({ limits: { caller: { hour: 1 } } });
    crm.answerWith(refuse(500));
    for (let nth = 0; nth < 3; nth++) expect((await identify(rep)).status).toBe(503);
    crm.answerWith(findingIn(crm));
    expect((await identify(rep)).status).toBe(201);
    expect((await identify(rep, '9999')).result).toBe('otp-rate-limited');
  });

  test('that does not know the caller is heard', async () => {
    const { gateway, url } = await openHidden();
    expect((await identify(repOf(url, null))).status).toBe(401);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test.each([
    408, 429, 500, 503,
  ])('that answers a lookup with %i has it tried again later', async (status) => {
    const { crm, rep } = await openHidden();
    crm.answerWith(refuse(status));
    const answer = await identify(rep);
    expect([answer.status, answer.result]).toEqual([503, 'record-unavailable']);
  });

  test('is heard by whoever has the code, and the code is given back', async () => {
    const world = await identified();
    const { crm, rep, handle, code } = world;
    refuseAt(`${PAYSLIPS}/p1`, 403)(world);
    expect((await open(rep, handle, code())).status).toBe(403);
    crm.answerWith(findingIn(crm));
    expect((await open(rep, handle, code())).status).toBe(201);
  });
});

test('a rule without grants identifies nobody', async () => {
  const rules = [hiddenRule(), hiddenRule({ id: 10, name: 'Other', grant: undefined })];
  const { crm, rep } = await openHidden({ rules });
  for (const value of ['4721', '9999'])
    expect((await rep.call('POST', '/_countersign/rules/10/identify', { value })).status).toBe(404);
  expect(crm.received).toEqual([]);
});

test("a rule whose codes are their caller's alone says the same of everybody to whoever has no name", async () => {
  const { gateway, rep } = await openHidden({ rules: [hiddenRule({ caller: true })] });
  const [there, not] = [await identify(rep), await identify(rep, '9999')].map((answer) => seenOf(answer, 0));
  expect(there).toEqual(not);
  expect(there?.status).toBe(403);
  expect(gateway.outbox.messages()).toEqual([]);
});

test('whoever has no name hears so where grants are their caller’s alone, of every id in the same words, and else is told of the grant', async () => {
  const told = async (rule: ReturnType<typeof hiddenRule>, value: string) => {
    const { rep } = await openHidden({ rules: [rule] });
    const { status, json } = await rep.call('GET', `${PAYSLIPS}/${value}`);
    return { status, detail: String(json['detail']) };
  };
  const there = await told(hiddenRule({ caller: true }), 'p1');
  expect(await told(hiddenRule({ caller: true }), 'p9')).toEqual(there);
  expect(there).toEqual({
    status: 428,
    detail: expect.stringMatching(/with a grant only.*your name could not be verified/),
  });
  const other = await told(hiddenRule(), 'p1');
  expect(other).toEqual({ status: 428, detail: expect.not.stringContaining('your name') });
});
