import { describe, expect, it, onTestFinished, test } from 'vitest';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { deliveryOptions, deliveryRule } from '../harness/delivery.ts';
import { openRelationalCrm } from '../harness/relational-crm.ts';
import { repOf } from '../harness/rep.ts';

type Modules = TestOptions['modules'];

const CUSTOMERS = {
  dialect: 'rest',
  path: '/items/customers',
  record: '/data',
  relations: { deliveries: 'Deliveries' },
} as const;
const DELIVERIES = {
  dialect: 'rest',
  path: '/items/deliveries',
  record: '/data',
  relations: { customer: 'Customers' },
} as const;

const RULE = deliveryRule({
  module: 'Deliveries',
  when: { changed_to: ['status', 'delivered'] },
  code: { cooldown: '0s' },
  send: {
    message: '{{code}} confirms delivery {{save.id}}',
    to: [
      {
        channel: 'email',
        address: { via: 'customer', module: 'Customers', field: 'email', reverse: ['deliveries'] },
      },
    ],
  },
});

async function openRelations(
  modules: Partial<Modules> = {},
  shows = true,
  ...rules: readonly (typeof RULE)[]
) {
  const crm = await openRelationalCrm({ shows });
  const gateway = createTestGateway(
    deliveryOptions(crm.url, {
      modules: { Customers: CUSTOMERS, Deliveries: DELIVERIES, ...modules } as Modules,
      rules: rules.length > 0 ? [...rules] : [RULE],
    }),
  );
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const rep = repOf(url);
  const customer = (fields: object, headers?: Record<string, string>, id = '9') =>
    rep.call('PATCH', `/items/customers/${id}`, fields, headers);
  return { crm, gateway, rep, customer };
}

const DELIVERED = { id: '45', status: 'delivered' };

describe('a delivery is guarded whichever way it is written', () => {
  it.each<[string, object]>([
    ['in a list', { deliveries: [DELIVERED, '46'] }],
    ['among updates', { deliveries: { update: [DELIVERED] } }],
    ['among updates of none', { deliveries: { create: [], update: [DELIVERED], delete: [] } }],
    ['beside other fields', { name: 'Ann B', deliveries: { update: [DELIVERED] } }],
    ['with a number for its id', { deliveries: { update: [{ id: 45, status: 'delivered' }] } }],
  ])('%s', async (_, fields) => {
    const { crm, gateway, customer } = await openRelations();
    const refused = await customer(fields);
    expect(refused).toMatchObject({ status: 428, result: 'otp-required' });
    expect(crm.writes).toEqual([]);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
    const code = gateway.lastCode() ?? '';
    expect(await customer(fields, { 'OTPRULES-OTP-7': code })).toMatchObject({ status: 200, code: 'used' });
    expect(crm.writes).toEqual([JSON.stringify(fields)]);
    expect(crm.deliveries.get('45')).toMatchObject({ status: 'delivered' });
  });

  test('the code may stand among its own fields, and goes no further', async () => {
    const { crm, gateway, customer } = await openRelations();
    await customer({ deliveries: { update: [DELIVERED] } });
    const coded = { ...DELIVERED, OTPRULES_OTP_7: gateway.lastCode() };
    expect(await customer({ deliveries: { update: [coded] } })).toMatchObject({ status: 200, code: 'used' });
    expect(crm.writes).toEqual([JSON.stringify({ deliveries: { update: [DELIVERED] } })]);
  });

  test('of several, each wants its own code, and the request passes whole or not at all', async () => {
    const { crm, gateway, customer } = await openRelations();
    const both = { deliveries: { update: [DELIVERED, { id: '46', status: 'delivered' }] } };
    const refused = await customer(both);
    expect(refused.json.rules?.map(({ record }) => record)).toEqual(['45', '46']);
    const codeOf = (id: string) =>
      gateway.outbox.messages().find(({ text }) => text.endsWith(`delivery ${id}`))?.code;
    const [first, second] = [codeOf('45'), codeOf('46')];
    expect(await customer(both, { 'OTPRULES-OTP': `7/45=${first}` })).toMatchObject({ status: 428 });
    expect(crm.writes).toEqual([]);
    expect(await customer(both, { 'OTPRULES-OTP': `7/45=${first}, 7/46=${second}` })).toMatchObject({
      status: 200,
    });
  });

  test('a record that is said to become two things is refused', async () => {
    const { crm, customer } = await openRelations();
    const twice = [{ id: '46', customer: { id: '9', deliveries: { update: [DELIVERED] } } }];
    expect(await customer({ deliveries: { update: twice } })).toMatchObject({ status: 400 });
    expect(crm.writes).toEqual([]);
  });

  test('one that is made delivered in another record is refused as such creates are', async () => {
    const { crm, customer } = await openRelations();
    const refused = await customer({ deliveries: { create: [{ status: 'delivered' }] } });
    expect(refused).toMatchObject({ status: 422, result: 'otp-create-refused' });
    expect(crm.writes).toEqual([]);
  });

  test('deletion is judged, too', async () => {
    const { crm, customer } = await openRelations({}, true, { ...RULE, on: ['delete'], when: true });
    expect(await customer({ deliveries: { delete: ['45'] } })).toMatchObject({ status: 428 });
    expect(await customer({ deliveries: ['46'] })).toMatchObject({ status: 428 });
    expect(crm.writes).toEqual([]);
  });
});

describe('whose delivery it is, is guarded from both sides', () => {
  it.each<[string, string, string, object]>([
    ['a new customer takes it', 'POST', '/items/customers', { email: 'rep@example.net', deliveries: ['45'] }],
    [
      'and says what it is called',
      'POST',
      '/items/customers',
      { email: 'rep@example.net', deliveries: [{ id: '45' }] },
    ],
    ['another customer takes it', 'PATCH', '/items/customers/8', { deliveries: ['45'] }],
    [
      'and changes something else',
      'PATCH',
      '/items/customers/8',
      { deliveries: { update: [{ id: '45', note: 'x' }] } },
    ],
    ['its own customer leaves it out', 'PATCH', '/items/customers/9', { deliveries: ['46'] }],
    ['it names another one', 'PATCH', '/items/deliveries/45', { customer: '8' }],
    ['or as an object', 'PATCH', '/items/deliveries/45', { customer: { id: '8' } }],
    ['or a new one', 'PATCH', '/items/deliveries/45', { customer: { email: 'rep@example.net' } }],
    ['or none', 'PATCH', '/items/deliveries/45', { customer: null }],
    [
      'or changes the address of its own',
      'PATCH',
      '/items/deliveries/45',
      { customer: { id: '9', email: 'rep@example.net' } },
    ],
  ])('%s', async (_, method, path, fields) => {
    const { crm, gateway, rep } = await openRelations();
    const refused = await rep.call(method, path, fields);
    expect(refused).toMatchObject({ status: 428, result: 'otp-required' });
    expect(crm.writes).toEqual([]);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
    const code = gateway.lastCode() ?? '';
    expect(await rep.call(method, path, fields, { 'OTPRULES-OTP-7': code })).toMatchObject({ status: 200 });
    expect(crm.writes).toEqual([JSON.stringify(fields)]);
  });

  it.each([
    ['is empty', { deliveries: [] }],
    ['is an object without members', { deliveries: {} }],
  ])('a list that %s leaves out all', async (_, fields) => {
    const { crm, customer } = await openRelations();
    const refused = await customer(fields);
    expect(refused.json.rules?.map(({ record }) => record)).toEqual(['45', '46']);
    expect(crm.writes).toEqual([]);
  });

  const ruleAbout = (id: string) =>
    deliveryRule({
      module: 'Deliveries',
      on: ['update', 'delete'],
      when: { '==': [{ var: 'save.id' }, id] },
      send: { to: [{ channel: 'email', address: 'contact' }] },
    });

  test('a rule about one record applies where a list leaves that one out, whoever else stays', async () => {
    const { crm, gateway, customer } = await openRelations({}, true, ruleAbout('46'));
    crm.deliveries.set('46', { ...crm.deliveries.get('46'), contact: 'ann@example.com' });
    const refused = await customer({ deliveries: ['45'] });
    expect(refused).toMatchObject({ status: 428, result: 'otp-required' });
    expect(refused.json.rules?.map(({ record }) => record)).toEqual(['46']);
    expect(crm.writes).toEqual([]);
    const headers = { 'OTPRULES-OTP-7': gateway.lastCode() ?? '' };
    expect(await customer({ deliveries: ['45'] }, headers)).toMatchObject({ status: 200 });
    expect(crm.writes).toEqual([JSON.stringify({ deliveries: ['45'] })]);
  });

  test('honest: a list that leaves out another one needs no code', async () => {
    const { crm, customer } = await openRelations({}, true, ruleAbout('47'));
    expect(await customer({ deliveries: ['45'] })).toMatchObject({ status: 200 });
    expect(crm.writes).toEqual([JSON.stringify({ deliveries: ['45'] })]);
  });

  test('each of two rules about a record that a list leaves out is answered on its own', async () => {
    const deletes = deliveryRule({ ...ruleAbout('46'), on: ['delete'] });
    const changes = deliveryRule({ ...ruleAbout('46'), id: 8, name: 'Another', on: ['update'] });
    const { crm, customer } = await openRelations({}, true, deletes, changes);
    crm.deliveries.set('46', { ...crm.deliveries.get('46'), contact: 'ann@example.com' });
    const refused = await customer({ deliveries: ['45'] });
    expect(refused.status).toBe(428);
    expect(refused.json.rules?.map(({ record, rule }) => [rule, record])).toEqual([
      ['7', '46'],
      ['8', '46'],
    ]);
    expect(crm.writes).toEqual([]);
  });

  test('honest: a rule in shadow mode refuses no list, also where the stored one is not shown', async () => {
    const fields = { deliveries: [{ id: '45', note: 'x' }] };
    const { crm, customer } = await openRelations({}, false, { ...RULE, mode: 'shadow' });
    expect(await customer(fields)).toMatchObject({ status: 200 });
    expect(crm.writes).toEqual([JSON.stringify(fields)]);
  });

  test('where the stored list is not shown, a list is refused, and the text says what to send', async () => {
    const { crm, customer } = await openRelations({}, false);
    const refused = await customer({ deliveries: [{ id: '45', note: 'x' }] });
    expect(refused).toMatchObject({ status: 400, result: 'request-unreadable' });
    expect(refused.json['detail']).toContain('"update"');
    expect(crm.writes).toEqual([]);
    expect(await customer({ deliveries: { update: [{ id: '45', note: 'x' }] } })).toMatchObject({
      status: 200,
    });
  });
});

describe('other places where a nested write could hide', () => {
  it.each([
    'deliveries[0][id]=45&deliveries[0][status]=delivered',
    'deliveries[]=45',
    'Deliveries=45',
    'deliveries_attributes[0][id]=45',
    'parcels[0][status]=delivered',
  ])('not in the address: %s', async (query) => {
    const { crm, rep } = await openRelations();
    const refused = await rep.call('PATCH', `/items/customers/8?${query}`, { name: 'x' });
    expect(refused).toMatchObject({ status: 400, result: 'request-unreadable' });
    expect(crm.writes).toEqual([]);
  });

  test('but what a client wants to be answered may be asked for by name', async () => {
    const { rep } = await openRelations();
    const query = 'fields[]=id&fields[]=deliveries.status&populate[0]=deliveries';
    expect(await rep.call('PATCH', `/items/customers/9?${query}`, { name: 'x' })).toMatchObject({
      status: 200,
    });
  });

  it.each([
    'deliveries[0][id]=45&deliveries[0][status]=delivered&deliveries[1]=46',
    'deliveries[update][0][id]=45&deliveries[update][0][status]=delivered',
  ])('nor in a form: %s', async (body) => {
    const { crm, rep } = await openRelations();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const refused = await rep.call('PATCH', '/items/customers/9', body, headers);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(crm.writes).toEqual([]);
  });

  it.each([
    { deliveries: '45' },
    { deliveries: { id: '45' } },
    { deliveries: ['45'] },
    { Deliveries: ['45'] },
  ])('nor as %j where the rule does not say what is reverse', async (fields) => {
    const address = { via: 'customer', module: 'Customers', field: 'email' };
    const rule = { ...RULE, send: { ...RULE.send, to: [{ channel: 'email', address }] } };
    const { crm, rep } = await openRelations({}, true, rule);
    expect(await rep.call('PATCH', '/items/customers/8', fields)).toMatchObject({ status: 428 });
    expect(crm.writes).toEqual([]);
  });

  test('nor in a PUT that leaves the list out, where such a PUT empties it', async () => {
    const { crm, rep } = await openRelations({ Customers: { ...CUSTOMERS, put: 'replace' } });
    const refused = await rep.call('PUT', '/items/customers/9', { name: 'x', email: 'ann@example.com' });
    expect(refused).toMatchObject({ status: 428 });
    expect(crm.writes).toEqual([]);
  });
});

describe('honest saves pass', () => {
  it.each<[string, string, string, object]>([
    ['the customer alone', 'PATCH', '/items/customers/9', { name: 'Ann B' }],
    [
      'all deliveries as they are',
      'PATCH',
      '/items/customers/9',
      { deliveries: ['45', { id: '46', note: 'x' }] },
    ],
    [
      'a note on a delivery',
      'PATCH',
      '/items/customers/9',
      { deliveries: { update: [{ id: '45', note: 'x' }] } },
    ],
    ['a new delivery', 'PATCH', '/items/customers/9', { deliveries: { create: [{ status: 'created' }] } }],
    [
      'a new customer with a new delivery',
      'POST',
      '/items/customers',
      { name: 'Bo', deliveries: [{ status: 'created' }] },
    ],
    ['the stored owner as an object', 'PATCH', '/items/deliveries/45', { note: 'x', customer: { id: '9' } }],
    ['and another field of it', 'PATCH', '/items/deliveries/45', { customer: { id: '9', name: 'Ann B' } }],
    [
      'and its stored address',
      'PATCH',
      '/items/deliveries/45',
      { customer: { id: '9', email: 'ann@example.com' } },
    ],
  ])('%s', async (_, method, path, fields) => {
    const { crm, gateway, rep } = await openRelations();
    expect(await rep.call(method, path, fields)).toMatchObject({ status: 200 });
    expect(crm.writes).toEqual([JSON.stringify(fields)]);
    expect(gateway.outbox.messages()).toEqual([]);
  });
});

describe('what is declared nowhere is refused, in writes of every module', () => {
  const BARE = { Customers: { ...CUSTOMERS, relations: {} } };

  test('with the names of the members', async () => {
    const { crm, customer, gateway } = await openRelations(
      { Customers: { ...BARE.Customers } },
      true,
      deliveryRule({ module: 'Deliveries' }),
    );
    const refused = await customer({ name: 'x', deliveries: { update: [DELIVERED] }, tags: [] });
    expect(refused).toMatchObject({ status: 422, result: 'undeclared-nesting' });
    expect(refused.json['fields']).toEqual(['deliveries', 'tags']);
    expect(crm.writes).toEqual([]);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('unless the module says "nested: forward"', async () => {
    const rule = deliveryRule({ module: 'Deliveries' });
    const bare = { Customers: { ...BARE.Customers, nested: 'forward' as const } };
    const { crm, customer } = await openRelations(bare, true, rule);
    expect(await customer({ deliveries: { update: [DELIVERED] } })).toMatchObject({ status: 200 });
    expect(crm.writes).toHaveLength(1);
  });

  test('or "nested: judge", and no name in them is one that rules of another module guard', async () => {
    const rule = deliveryRule({ module: 'Deliveries' });
    const bare = { Customers: { ...BARE.Customers, nested: 'judge' as const } };
    const { crm, customer } = await openRelations(bare, true, rule);
    const refused = await customer({ deliveries: { update: [DELIVERED] } });
    expect(refused).toMatchObject({ status: 422, result: 'undeclared-nesting' });
    expect(refused.json['fields']).toEqual(['deliveries']);
    expect(crm.writes).toEqual([]);
    expect(await customer({ deliveries: { update: [{ id: '45', note: 'x' }] } })).toMatchObject({
      status: 200,
    });
    expect(crm.writes).toHaveLength(1);
  });

  test('or all rules are in shadow mode', async () => {
    const rule = deliveryRule({ module: 'Deliveries', mode: 'shadow' });
    const { crm, customer } = await openRelations(BARE, true, rule);
    expect(await customer({ deliveries: { update: [DELIVERED] } })).toMatchObject({ status: 200 });
    expect(crm.writes).toHaveLength(1);
  });
});

describe('a PUT that replaces the record', () => {
  const KNOWN = { put: 'replace', knownFields: ['status', 'note', 'customer'] } satisfies Partial<
    Modules[string]
  >;

  test('passes with its reference, whatever the relation is called', async () => {
    const relations = { owner: { module: 'Customers', field: 'customer' } };
    const { crm, rep } = await openRelations({ Deliveries: { ...DELIVERIES, ...KNOWN, relations } });
    const whole = { status: 'created', note: 'x', customer: '9' };
    expect(await rep.call('PUT', '/items/deliveries/45', whole)).toMatchObject({ status: 200 });
    expect(crm.writes).toEqual([JSON.stringify(whole)]);
  });

  test('empties no name that it could have known', async () => {
    const rule = { ...RULE, when: { changed: 'secret' } };
    const { rep } = await openRelations({ Deliveries: { ...DELIVERIES, ...KNOWN } }, true, rule);
    const refused = await rep.call('PUT', '/items/deliveries/45', { status: 'created', customer: '9' });
    expect(refused.result).not.toBe('unknown-field');
  });
});
