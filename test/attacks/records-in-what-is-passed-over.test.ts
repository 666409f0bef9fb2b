import { beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../harness/world.ts';

/*
 * A relation's value may be read in many ways. What is no part of ours (another member beside an action, the fields of a record that is
 * taken out, JSON in a text) is read by some other server.
 */

const DELIVERED = { id: '45', status: 'Delivered' };
const CUSTOMER = '/api/Customers/9';

async function openCustomers(more: object = {}): Promise<World> {
  const world = await openWorld({
    modules: {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      Customers: {
        dialect: 'rest',
        path: '/api/Customers',
        relations: { deliveries: 'DeliveryNotes' },
        ...more,
      },
    },
  });
  world.crm.answerWith(({ method, path }, response, proceed) => {
    if (method === 'GET' && path.startsWith('/api/DeliveryNotes')) return proceed();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: '9', name: 'Ann', deliveries: ['45'] }));
  });
  return world;
}

const bodiesOf = ({ crm }: World) =>
  crm.received.filter(({ method }) => method !== 'GET').map(({ body }) => JSON.parse(body.toString()));

let world: World;
beforeEach(async () => {
  world = await openCustomers();
});

describe('what stands where it is passed over', () => {
  test.each<[string, unknown]>([
    ['beside an operation', { __op: 'AddRelation', objects: [], update: [DELIVERED] }],
    ['beside a deletion', { __op: 'Delete', ...DELIVERED }],
    ['beside the type of a relation', { __type: 'Relation', update: [DELIVERED] }],
    ['in an operation without a list', { __op: 'AddRelation', objects: DELIVERED }],
    ['in places of operations', { __op: 'Batch', ops: { 0: { __op: 'AddRelation', objects: [DELIVERED] } } }],
    ['beside a list of none', { update: { data: [], ...DELIVERED } }],
    ['in a list of changes', { connect: [{ where: { id: '45' }, data: [{ status: 'Delivered' }] }] }],
    [
      'among what is deleted',
      { delete: [{ where: { id: '45' }, data: { note: 'x' }, update: { status: 'Delivered' } }] },
    ],
    ['under attributes', { update: [{ ...DELIVERED, type: 'notes', attributes: { status: 'Created' } }] }],
    ['by an id in attributes', [{ type: 'notes', attributes: DELIVERED }]],
    ['in a record that is taken out', { update: [{ ...DELIVERED, _destroy: true }] }],
    ['in one that is unlinked', { update: [{ ...DELIVERED, '@removed': { reason: 'changed' } }] }],
    ['in options', { create: [], options: { update: [DELIVERED] } }],
    ['in the name of a class', { __type: 'Relation', className: { update: [DELIVERED] } }],
    ['in what is deleted', { delete: [DELIVERED] }],
    ['in what is disconnected', { disconnect: [DELIVERED] }],
    ['in a mark', { update: [{ id: '45', '@removed': { reason: 'changed', ...DELIVERED } }] }],
    ['in what chooses it', [{ where: DELIVERED }]],
    ['among options', { create: [], options: DELIVERED }],
    ['as a link in options', { options: { connect: ['45'] } }],
    ['in links', { data: [], links: { update: [DELIVERED] } }],
    ['in meta', { data: [], meta: DELIVERED }],
    ['as JSON in a text', JSON.stringify([DELIVERED])],
  ])('a delivery does not arrive %s', async (_, deliveries) => {
    const refused = await world.rep.call('PATCH', CUSTOMER, { deliveries });
    expect([400, 422]).toContain(refused.status);
    expect(refused.json['fields']).toBeDefined();
    expect(bodiesOf(world)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['an operation', { __op: 'AddRelation', objects: [{ id: '45', note: 'x' }] }],
    ['a deletion', { __op: 'Delete' }],
    ['a relation', { __type: 'Relation', className: 'Notes' }],
    ['operations', { __op: 'Batch', ops: [{ __op: 'AddRelation', objects: ['46'] }] }],
    ['several new ones', { createMany: { data: [{ note: 'x' }], skipDuplicates: true } }],
    ['a change', { update: [{ where: { id: '45' }, data: { note: 'x' } }] }],
    [
      'a resource object',
      { data: [{ id: '45', type: 'notes', attributes: { note: 'x' } }], links: { self: '/x' } },
    ],
    ['one that is taken out', { update: [{ id: '45', note: 'x', _destroy: '1' }] }],
    ['one that is deleted', { delete: [{ id: '45', note: 'x' }] }],
    ['options', { connect: ['45'], options: { strict: true } }],
    ['a GUID in braces', '{3f2504e0-4f89-11d3-9a0c-0305e82c3301}'],
  ])('and an honest save with %s arrives as it is', async (_, deliveries) => {
    expect((await world.rep.call('PATCH', CUSTOMER, { deliveries })).status).toBe(200);
    expect(bodiesOf(world)).toEqual([{ deliveries }]);
  });
});

test('of two marks each counts', async () => {
  const { crm, rep } = await openCustomers();
  const deliveries = [{ id: '45', _destroy: false, _delete: true, status: 'Delivered' }];
  expect((await rep.call('PATCH', CUSTOMER, { deliveries })).status).toBe(400);
  expect(crm.saves).toHaveLength(0);
});

test('with "nested: judge", what stands beside the fields names nothing that another module guards', async () => {
  const judged = await openCustomers({ nested: 'judge', fields: '/data' });
  const refused = await judged.rep.call('PATCH', CUSTOMER, { data: { name: 'Ann B' }, orders: [DELIVERED] });
  expect(refused).toMatchObject({ status: 422, result: 'undeclared-nesting' });
  const honest = { data: { name: 'Ann B' }, orders: [{ id: '45', note: 'x' }] };
  expect((await judged.rep.call('PATCH', CUSTOMER, honest)).status).toBe(200);
  expect(bodiesOf(judged)).toEqual([honest]);
});
