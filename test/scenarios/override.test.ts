import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { refuse as crmRefuses, cutBeforeHeaders, onSaves } from '../harness/answers.ts';
import { STORED } from '../harness/crm.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import type { Answered } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const PLACE = '/_countersign/rules/7/records/45/override';
const REASON = 'The phone of the customer is dead, she signed on paper';
const VALUES = { status: 'Delivered' };
const MANAGERS = { in: [{ var: 'caller.user' }, ['mia', 'max', 'rob']] };

/** A rule that managers can vouch for, and whoever calls by the name that a proxy vouches for. */
async function openOffice(rule: Parameters<typeof deliveryRule>[0] = {}, changes = {}) {
  const crm = await openCrm({ records: { '45': STORED, '46': { ...STORED, id: '46' } } });
  const events: AuditEvent[] = [];
  const audit = { write: async (event: AuditEvent) => void events.push(event), close: async () => undefined };
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, {
    admin: { port: 0 },
    publicUrl: 'https://confirm.example.com',
    trustedProxies: ['127.0.0.1'],
    callers: [{ header: 'X-User', from: 'trustedProxies' }],
    limits: NO_LIMITS,
    rules: [deliveryRule({ override: { by: MANAGERS }, confirm: 'page', ...rule })],
    ...changes,
  });
  const { rep, url, adminUrl } = await openGateway(options, { audit, channels: { email: outbox } });
  const as = (user: string) => ({
    save: (fields: object = VALUES, headers = {}) =>
      rep.call('PATCH', '/api/DeliveryNotes/45', fields, { ...(user && { 'X-User': user }), ...headers }),
    vouch: (body: object = { reason: REASON, values: VALUES }, place = PLACE) =>
      rep.call('POST', place, body, user ? { 'X-User': user } : {}),
    ask: (body?: object) =>
      rep.call('POST', PLACE.replace('override', 'code'), body, user ? { 'X-User': user } : {}),
  });
  const standing = async () => (await rep.standing()).json;
  const metrics = async () => (await fetch(`${adminUrl}/metrics`)).text();
  return { crm, outbox, events, rep, url, as, standing, metrics };
}

const kindOf = ({ status, result }: Answered) => [status, result];

describe('somebody who may vouch for a save', () => {
  test('lets it pass once, for its values, and the customer is told afterwards', async () => {
    const { crm, outbox, events, as, standing, metrics } = await openOffice();
    expect(kindOf(await as('ron').save())).toEqual([428, 'otp-required']);
    const told = await as('mia').vouch();
    expect([told.status, told.json.result, told.json.record]).toEqual([201, 'overridden', '45']);
    expect(await standing()).toMatchObject({ result: 'overridden', expires_at: told.json.expires_at });
    expect((await standing()).sent_to).toBeUndefined();
    expect(kindOf(await as('ron').save({ status: 'Lost' }))).toEqual([200, null]);
    crm.records.set('45', STORED);
    const saved = await as('ron').save({ ...VALUES, email: 'ann@example.com', note: 'signed' });
    expect([saved.status, saved.result, saved.code]).toEqual([200, 'verified', 'used']);
    expect((await standing()).result).toBe('used');
    const notice = await until(() => outbox.messages().find(({ code }) => code === ''));
    expect(notice).toMatchObject({
      address: 'ann@example.com',
      text: `Delivery Confirmation OTP: a change was made without your code. Reason: ${REASON}.`,
    });
    expect(notice.link).toBeUndefined();
    expect(outbox.lastCode()).toMatch(/^\d{6}$/);
    const save = events.find(({ event }) => event === 'save-countersigned') as { save?: string };
    expect(events.filter(({ event }) => event.startsWith('override'))).toMatchObject([
      { event: 'override-granted', rule: '7', record: '45', user: 'mia', asked: 'ron', reason: REASON },
      { event: 'override-used', rule: '7', record: '45', user: 'ron', save: save.save },
    ]);
    expect(save).toMatchObject({ by: [{ rule: '7', how: 'override' }] });
    crm.records.set('45', STORED);
    expect((await as('ron').save()).status).not.toBe(200);
    const text = await metrics();
    expect(text).toContain('countersign_overrides_total{rule="7",result="granted"} 1');
    expect(text).toContain('countersign_overrides_total{rule="7",result="used"} 1');
  });

  test('vouches for these values and no others, which take nothing away', async () => {
    const { crm, outbox, as } = await openOffice({ when: { changed: 'status' } });
    await as('ron').save();
    await as('mia').vouch();
    const other = await as('ron').save({ status: 'Lost' });
    expect([other.status, other.result]).toEqual([428, 'otp-required']);
    expect(outbox.messages()).toHaveLength(1);
    expect(kindOf(await as('ron').ask({ values: { status: 'Lost' } }))).toEqual([429, 'otp-resend-limited']);
    expect(kindOf(await as('max').vouch({ reason: REASON, values: { status: 'Lost' } }))).toEqual([
      429,
      'otp-resend-limited',
    ]);
    expect((await as('ron').save()).result).toBe('verified');
    expect(crm.saves).toHaveLength(1);
  });

  test('tells the customer at the address as it was before the save, and nobody where tell is off', async () => {
    const { outbox, as } = await openOffice();
    await as('ron').save({ email: 'eve@evil.example' });
    await as('mia').vouch({ reason: REASON, values: { email: 'eve@evil.example' } });
    expect((await as('ron').save({ email: 'eve@evil.example' })).result).toBe('verified');
    const notice = await until(() => outbox.messages().find(({ code }) => code === ''));
    expect(notice.address).toBe('ann@example.com');
    const quiet = await openOffice({ override: { by: MANAGERS, tell: false } });
    await quiet.as('ron').save();
    await quiet.as('mia').vouch();
    expect((await quiet.as('ron').save()).result).toBe('verified');
    await quiet.as('ron').save({ note: 'x' });
    expect(quiet.outbox.messages().filter(({ code }) => code === '')).toEqual([]);
  });

  test('shows the customer the reason as text, without links and codes', async () => {
    const { outbox, as } = await openOffice({
      send: {
        to: [{ channel: 'email', address: 'email' }],
        overrideMessage: '{{caller.user}}: {{record.status}}, {{reason}}',
      },
    });
    await as('ron').save();
    await as('mia').vouch({
      reason: 'see https://evil.example/x or say 123456 to us please',
      values: VALUES,
    });
    await as('ron').save();
    const notice = await until(() => outbox.messages().find(({ code }) => code === ''));
    expect(notice.text).toBe('mia: Delivered, see … or say … to us please');
  });

  test('is kept where the CRM refused the save, and held for the identical one in doubt', async () => {
    const { crm, as, standing } = await openOffice({
      when: { '==': [{ var: 'record.status' }, 'Delivered'] },
    });
    await as('ron').save();
    await as('mia').vouch();
    crm.answerWith(onSaves(crmRefuses(422)));
    expect((await as('ron').save()).code).toBe('kept');
    expect((await standing()).result).toBe('overridden');
    crm.answerWith(onSaves(cutBeforeHeaders));
    expect((await as('ron').save()).code).toBe('held');
    crm.answerWith();
    expect((await as('ron').save()).code).toBe('used');
  });

  test('one of 30 racers saves', async () => {
    const { crm, as } = await openOffice({ when: { '==': [{ var: 'record.status' }, 'Delivered'] } });
    await as('ron').save();
    await as('mia').vouch();
    const racers = await Promise.all(Array.from({ length: 30 }, () => as('ron').save()));
    expect(racers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(crm.saves).toHaveLength(1);
  });

  test('takes the place of a code and its link, also when the attempts are used up, and can be taken back', async () => {
    const { outbox, rep, url, as, standing } = await openOffice();
    await as('ron').save();
    const { code = '', link = '' } = outbox.messages().at(-1) ?? {};
    const wrong = code === '000000' ? '111111' : '000000';
    for (const _ of [1, 2, 3]) await as('ron').save(VALUES, { 'OTPRULES-OTP-7': wrong });
    expect((await as('mia').vouch()).status).toBe(201);
    expect((await customerAt(url, link).open()).status).toBe(410);
    expect((await standing()).result).toBe('overridden');
    expect((await rep.call('DELETE', PLACE.replace('override', 'code'))).status).toBe(204);
    expect((await as('ron').save()).status).toBe(429);
  });

  test('can do nothing where the customer objected', async () => {
    const { outbox, url, as } = await openOffice();
    await as('ron').save();
    await customerAt(url, outbox.messages().at(-1)?.link ?? '').press('no');
    expect(kindOf(await as('mia').vouch())).toEqual([403, 'otp-declined']);
    expect(kindOf(await as('ron').save())).toEqual([403, 'otp-declined']);
  });
});

describe('two pairs of eyes', () => {
  test.each([
    ['whose save was refused', (office: Office) => office.as('mia').save()],
    ['who asked for the code by hand', (office: Office) => office.as('mia').ask()],
    [
      "whose save was refused beside another's",
      async (office: Office) => {
        await office.as('ron').save();
        await office.as('mia').save();
      },
    ],
    [
      'who entered a wrong code',
      async (office: Office) => {
        await office.as('ron').save();
        const wrong = office.outbox.lastCode() === '000000' ? '111111' : '000000';
        await office.as('mia').save(VALUES, { 'OTPRULES-OTP-7': wrong });
      },
    ],
  ])('a manager %s does not vouch for it', async (_name, ask) => {
    const office = await openOffice();
    await ask(office);
    expect(kindOf(await office.as('mia').vouch())).toEqual([403, 'override-refused']);
    expect((await office.as('max').vouch()).status).toBe(201);
  });

  test('where nobody asked yet, a manager who vouched does not save', async () => {
    const { crm, as } = await openOffice();
    expect((await as('mia').vouch()).status).toBe(201);
    const own = await as('mia').save();
    expect(kindOf(own)).toEqual([403, 'override-refused']);
    expect(crm.saves).toHaveLength(0);
    expect((await as('ron').save()).result).toBe('verified');
  });

  test('where somebody without a name asked, a manager who vouched does not save either', async () => {
    const { as } = await openOffice();
    expect((await as('').save()).status).toBe(428);
    expect((await as('mia').vouch()).status).toBe(201);
    expect(kindOf(await as('mia').save())).toEqual([403, 'override-refused']);
    expect((await as('').save()).result).toBe('verified');
  });

  test('where somebody else asked, a manager who vouched may save it for them', async () => {
    const { as } = await openOffice();
    await as('ron').save();
    await as('mia').vouch();
    expect((await as('mia').save()).result).toBe('verified');
  });

  test("also under a rule whose codes are their caller's alone", async () => {
    const { as } = await openOffice({ caller: true });
    await as('ron').save();
    await as('mia').vouch();
    expect((await as('ron').save()).result).toBe('verified');
  });
});

type Office = Awaited<ReturnType<typeof openOffice>>;

describe('nobody vouches', () => {
  test.each([
    ['without a verified name', '', { reason: REASON, values: VALUES }, 403, 'override-refused'],
    ['who may not', 'ron', { reason: REASON, values: VALUES }, 403, 'override-refused'],
    ['for no reason', 'mia', { values: VALUES }, 422, 'override-refused'],
    ['for a short reason', 'mia', { reason: '   too short    ', values: VALUES }, 422, 'override-refused'],
    ['for a reason of marks', 'mia', { reason: '.'.repeat(60), values: VALUES }, 422, 'override-refused'],
    ['for what is not known yet', 'mia', { reason: REASON }, 422, 'otp-values-required'],
    ['for nothing', 'mia', { reason: REASON, values: {} }, 422, 'otp-values-required'],
    [
      'by a body of another form',
      'mia',
      { reason: REASON, values: VALUES, force: true },
      400,
      'request-unreadable',
    ],
    ['for values of another form', 'mia', { reason: REASON, values: [] }, 400, 'request-unreadable'],
    ['for a reason that is none', 'mia', { reason: 1, values: VALUES }, 400, 'request-unreadable'],
    [
      'for a reason without end',
      'mia',
      { reason: 'x'.repeat(2000), values: VALUES },
      400,
      'request-unreadable',
    ],
  ])('%s', async (_name, user, body, status, slug) => {
    const { crm, events, as, standing } = await openOffice();
    expect(kindOf(await as(user).vouch(body))).toEqual([status, slug]);
    expect((await standing()).result).toBe('none');
    expect((await as('max').save()).status).toBe(428);
    expect(crm.saves).toHaveLength(0);
    const event = slug === 'request-unreadable' ? 'request-refused' : 'override-refused';
    expect(events[0]).toMatchObject({ event, reason: slug, rules: ['7'] });
  });

  test('for a record that the CRM does not show, or under a rule that lets nobody', async () => {
    const { as } = await openOffice();
    expect((await as('mia').vouch(undefined, PLACE.replace('/45/', '/99/'))).status).toBe(404);
    const closed = await openOffice({ override: undefined });
    expect(kindOf(await closed.as('mia').vouch())).toEqual([404, 'not-found']);
  });

  test('a sixth time in a day under one rule, whatever the record is', async () => {
    const { as, rep, metrics } = await openOffice();
    for (const _ of [1, 2, 3, 4, 5]) {
      expect((await as('mia').vouch()).status).toBe(201);
      await rep.call('DELETE', PLACE.replace('override', 'code'));
    }
    const sixth = await as('mia').vouch(undefined, PLACE.replace('/45/', '/46/'));
    expect(kindOf(sixth)).toEqual([429, 'override-refused']);
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(23 * 3600);
    expect((await as('max').vouch()).status).toBe(201);
    expect(await metrics()).toContain('countersign_overrides_total{rule="7",result="refused"} 1');
  });

  test('where the audit cannot be written, and then there is no override', async () => {
    const crm = await openCrm();
    const audit = {
      write: async ({ event }: AuditEvent) => {
        if (event === 'override-granted') throw new Error('the disk is full');
      },
      close: async () => undefined,
    };
    const options = gatewayOptions(crm.url, {
      trustedProxies: ['127.0.0.1'],
      callers: [{ header: 'X-User', from: 'trustedProxies' }],
      rules: [deliveryRule({ override: { by: MANAGERS } })],
    });
    const { rep } = await openGateway(options, { audit });
    const told = await rep.call('POST', PLACE, { reason: REASON, values: VALUES }, { 'X-User': 'mia' });
    expect(kindOf(told)).toEqual([503, 'otp-unavailable']);
    expect((await rep.standing()).json.result).toBe('none');
  });
});

test('two who vouch at once: one does, and one place of the other is given back', async () => {
  const { as } = await openOffice({ override: { by: MANAGERS, perDay: 1 } });
  await as('ron').save();
  const told = await Promise.all([as('mia').vouch(), as('max').vouch(), as('rob').vouch()]);
  expect(told.map(({ status }) => status).sort()).toEqual([201, 429, 429]);
  await as('ron').save();
  const [first = -1] = told.flatMap(({ status }, index) => (status === 201 ? [index] : []));
  const free = ['mia', 'max', 'rob'].filter((_, index) => index !== first);
  expect((await as(free[0] ?? '').vouch(undefined, PLACE.replace('/45/', '/46/'))).status).toBe(201);
});
