import { describe, expect, test } from 'vitest';
import { openWorld, type World } from '../harness/world.ts';

/*
 * Servers take more from an address than names and values: a document in one parameter, assignments in a text, a name in one parameter and its
 * value in another. What is saved by it stands in no body.
 */

const modules = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
  Customers: { dialect: 'rest', path: '/api/Customers', relations: { deliveries: 'DeliveryNotes' } },
} as const;
const NOTE = '/api/DeliveryNotes/45';
const query = (entries: Record<string, string>) => `?${new URLSearchParams(entries)}`;
const pathsOf = ({ crm }: World) =>
  crm.received.filter(({ method }) => method !== 'GET').map(({ path }) => path);

describe.each(['PATCH', 'PUT', 'POST'])('a record in the values of an address, saved by a %s', (method) => {
  test.each<[string, string, Record<string, string>]>([
    ['an assignment', NOTE, { set: 'status:Delivered' }],
    ['an assignment by an equals sign', NOTE, { update: 'status = Delivered' }],
    ['the second of two assignments', NOTE, { values: 'note:x,status:Delivered' }],
    ['an assignment in another spelling', NOTE, { set: 'Status:Delivered' }],
    ['the address of the customer', NOTE, { set: 'email:rep@example.net' }],
    ['a document', NOTE, { data: '{"status":"Delivered"}' }],
    ['a document that strict readers refuse', NOTE, { data: "{status:'Delivered'}" }],
    ['a document, encoded twice', NOTE, { data: encodeURIComponent('{"status":"Delivered"}') }],
    ['a form in a value', NOTE, { data: 'note=x&status=Delivered' }],
    ['a patch', NOTE, { patch: '[{"op":"replace","path":"/status","value":"Delivered"}]' }],
    ['a name beside its value', NOTE, { field: 'status', value: 'Delivered' }],
    [
      'a document that GraphQL reads',
      NOTE,
      { query: 'mutation { update(id: 45, status: "Delivered") { id } }' },
    ],
    [
      'a record of another module',
      '/api/Customers/9',
      { data: '{"deliveries":[{"id":45,"status":"Delivered"}]}' },
    ],
  ])('does not arrive: %s', async (_, path, entries) => {
    const world = await openWorld({ modules });
    expect((await world.rep.call(method, path + query(entries), { note: 'x' })).status).toBe(400);
    expect(pathsOf(world)).toEqual([]);
  });

  test.each<[string, string]>([
    ['the fields that the answer shall have', '?fields=id,status,email'],
    ['an order', '?sort=status:desc'],
    ['where to go on', '?next=/orders?status=open'],
    ['where to go on, elsewhere', '?return=https%3A%2F%2Fcrm.test%2Flist%3Fstatus%3Dopen'],
    ['what OData shall show', '?$expand=Items($select=status,email)'],
    ['a sentence', '?reason=the+status+is+wrong,+says+ann@example.com'],
    ['a document whose names nobody guards', '?options=%7B%22notify%22%3Atrue%7D'],
    ['an assignment that nobody guards', '?set=note:left&at=10:30'],
  ])('and what is none does: %s', async (_, search) => {
    const world = await openWorld({ modules });
    expect((await world.rep.call(method, NOTE + search, { notes: 'x' })).status).toBe(200);
    expect(pathsOf(world)).toEqual([NOTE + search]);
  });
});
