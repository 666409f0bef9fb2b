import { describe, expect, test } from 'vitest';
import { openWorld, type World } from '../harness/world.ts';

/*
 * Rails and Laravel look for the record below a name (`params[:customer]`), and merge the address into it: `?customer[deliveries][]=45` gives the
 * customer a delivery note that no body names.
 */

const modules = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
  Customers: { dialect: 'rest', path: '/api/Customers', relations: { deliveries: 'DeliveryNotes' } },
} as const;
const CUSTOMER = '/api/Customers/9';
const pathsOf = ({ crm }: World) =>
  crm.received.filter(({ method }) => method !== 'GET').map(({ path }) => path);

describe('a relation below another name in an address', () => {
  test.each([
    '?data[deliveries][]=45',
    '?customer[deliveries]=45',
    '?customer%5Bdeliveries%5D%5B0%5D=45',
    '?customer.deliveries=45',
    '?customer[Deliveries][]=45',
    '?a[b][deliveries][]=45',
    '?deliveries[]=45',
  ])('does not arrive: %s', async (search) => {
    const world = await openWorld({ modules });
    expect((await world.rep.call('PATCH', CUSTOMER + search, { note: 'x' })).status).toBe(400);
    expect(pathsOf(world)).toEqual([]);
  });

  test.each([
    '?fields[deliveries]=id,name',
    '?include[deliveries]=all',
    '?populate[deliveries][sort]=name',
    '?data[note]=x',
    '?customer[tags][]=45',
  ])('and what is none does: %s', async (search) => {
    const world = await openWorld({ modules });
    expect((await world.rep.call('PATCH', CUSTOMER + search, { note: 'x' })).status).toBe(200);
    expect(pathsOf(world)).toEqual([CUSTOMER + search]);
  });
});

describe('a relation below the name of the record itself', () => {
  const named = {
    DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
    Sales: { dialect: 'rest', path: '/api/orders', relations: { deliveries: 'DeliveryNotes' } },
    Group: { dialect: 'rest', path: '/api/teams', relations: { deliveries: 'DeliveryNotes' } },
    Wrapped: {
      dialect: 'rest',
      path: '/api/wrapped',
      fields: '/fields',
      relations: { deliveries: 'DeliveryNotes' },
    },
  } as const;

  // `order` and `fields` say elsewhere how a list is sorted and what an answer has.
  test.each([
    ['/api/orders/9?order[deliveries][]=45', { note: 'x' }],
    ['/api/orders/9?Order[deliveries][]=45', { note: 'x' }],
    ['/api/teams/9?group[deliveries][]=45', { note: 'x' }],
    ['/api/teams/9?groups[0][deliveries][]=45', { note: 'x' }],
    ['/api/wrapped/9?fields[deliveries][]=45', { fields: { note: 'x' } }],
  ])('does not arrive: %s', async (path, body) => {
    const world = await openWorld({ modules: named });
    expect((await world.rep.call('PATCH', path, body)).status).toBe(400);
    expect(pathsOf(world)).toEqual([]);
  });

  test.each([
    ['/api/orders/9?fields[deliveries]=id&group[deliveries]=all', { note: 'x' }],
    ['/api/teams/9?order[deliveries]=name', { note: 'x' }],
    ['/api/wrapped/9?order[deliveries]=name&fields=note', { fields: { note: 'x' } }],
  ])('and what is about the answer does: %s', async (path, body) => {
    const world = await openWorld({ modules: named });
    expect((await world.rep.call('PATCH', path, body)).status).toBe(200);
    expect(pathsOf(world)).toEqual([path]);
  });
});
