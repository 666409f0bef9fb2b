import { describe, expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld, type World } from '../harness/world.ts';

/*
 * A server that takes a text apart before it saves (a form's hidden field, `json_decode` of one parameter, a settings column that is spread over the
 * record) finds names in it that nobody saw.
 */

const NOTE = '/api/DeliveryNotes/45';
const DELIVERED = JSON.stringify({ status: 'Delivered' });
const modules = (more: object = {}) => ({
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', ...more } as const,
  Customers: { dialect: 'rest', path: '/api/Customers', ...more } as const,
});
const bodiesOf = ({ crm }: World) =>
  crm.received.filter(({ method }) => method !== 'GET').map(({ body }) => JSON.parse(body.toString()));

describe.each([
  ['refused unless they are declared', {}],
  ['searched for guarded names', { nested: 'judge' }],
])('a change in a text, where nested members are %s', (_, more) => {
  test.each<[string, object]>([
    ['JSON', { data: DELIVERED }],
    ['JSON in a list that a dialect takes for one', { data: `[${DELIVERED}]` }],
    ['JSON, encoded twice', { data: JSON.stringify(DELIVERED) }],
    ['what lenient readers take for JSON', { data: "{status:'Delivered',}" }],
    ['a form', { data: 'note=x&status=Delivered' }],
    ['JSON with another address', { data: JSON.stringify({ email: 'rep@example.net' }) }],
    ['JSON beside the field in another state', { status: 'Open', data: DELIVERED }],
    ['a pair beside the field in another state', { status: 'Open', field: 'status', value: 'Delivered' }],
    ['a second name beside the field in another state', { status: 'Open', _status: 'Delivered' }],
    ['an object of store operators', { update: JSON.stringify({ $set: { status: 'Delivered' } }) }],
  ])('does not arrive: %s', async (_what, body) => {
    const world = await openWorld({ modules: modules(more) });
    expect(await world.rep.call('PATCH', NOTE, body)).toMatchObject({ status: 428, result: 'otp-required' });
    expect(bodiesOf(world)).toEqual([]);
  });

  test.each<[string, object]>([
    [
      'a record of another module',
      { data: JSON.stringify({ deliveries: [{ id: '45', status: 'Delivered' }] }) },
    ],
    ['what is too long to be looked through', { data: `{${"a:'x',".repeat(12_000)}status:'Delivered'}` }],
  ])('does not arrive with a save of another module: %s', async (_what, body) => {
    const world = await openWorld({ modules: modules(more) });
    const refused = await world.rep.call('PATCH', '/api/Customers/9', body);
    expect([refused.status, refused.result, refused.json['fields']]).toEqual([
      422,
      'undeclared-nesting',
      ['data'],
    ]);
    expect(bodiesOf(world)).toEqual([]);
  });
});

test('a code of the customer lets it pass, as it came', async () => {
  const world = await openWorld({ modules: modules() });
  await world.rep.call('PATCH', NOTE, { data: DELIVERED });
  const headers = { 'OTPRULES-OTP-7': world.code() };
  expect((await world.rep.call('PATCH', NOTE, { data: DELIVERED }, headers)).status).toBe(200);
  expect(bodiesOf(world)).toEqual([{ data: DELIVERED }]);
});

test.each<[string, object, object]>([
  ['quotes JSON whose names nobody guards', {}, { notes: '{"colour":"red","size":3}' }],
  ['is a sentence with an equals sign', {}, { notes: 'status = open, says Ann' }],
  ['is an address with a query', {}, { link: 'https://crm.test/?status=Delivered' }],
  ['is a template', {}, { text: '{{name}}: your status: {{status}}' }],
  ['is a declared column', { values: ['payload'] }, { payload: DELIVERED }],
  ['is a column of a closed world', { knownFields: ['status'], values: ['payload'] }, { payload: DELIVERED }],
  ['is a known field', { knownFields: ['payload', 'status'] }, { payload: DELIVERED }],
  ['nobody looks into', { nested: 'forward' }, { payload: DELIVERED }],
  ['holds a rich text', {}, { body: JSON.stringify({ blocks: [{ type: 'p', text: 'the status: x' }] }) }],
])('an honest text arrives as it is: it %s', async (_, more, body) => {
  const world = await openWorld({ modules: modules(more), rules: [deliveryRule()] });
  expect((await world.rep.call('PATCH', NOTE, body)).status).toBe(200);
  expect(bodiesOf(world)).toEqual([body]);
});
