import fc from 'fast-check';

/** A save of a customer that would deliver delivery 45, or take it to another customer. */
export type ReverseSave = { readonly path: string; readonly body: object };

const DELIVERED = { status: 'delivered' };

/** What is said of delivery 45, in the place of a related record. */
const ITEMS: readonly object[] = [
  { id: '45', ...DELIVERED },
  { id: 45, ...DELIVERED, note: 'x' },
  { id: '45', Status: 'Delivered' },
  { id: '45', customer: '8' },
  { id: '45', update: DELIVERED },
  { id: '45', ...DELIVERED, _destroy: false },
];

/** The ways in which APIs write related records. */
const SHAPES: readonly ((item: object) => unknown)[] = [
  (item) => [item],
  (item) => item,
  (item) => ({ update: [item] }),
  (item) => ({ upsert: [{ where: { id: '45' }, update: item, create: {} }] }),
  (item) => ({ create: [], update: item, delete: [] }),
  (item) => ({ connect: [item] }),
  (item) => ({ set: [item] }),
  (item) => ({ data: [item] }),
  (item) => ({ 0: item }),
  (item) => ({ updateMany: { where: {}, data: item } }),
  (item) => ({ __op: 'AddRelation', objects: [item] }),
  (item) => ({ nested: { deep: [item] } }),
  (item) => JSON.stringify([item]),
  (item) => JSON.stringify({ update: [item] }),
];
const LINKS: readonly unknown[] = [
  ['45'],
  '45',
  45,
  { connect: ['45'] },
  { connect: [{ id: 45 }] },
  { set: ['45'] },
  { data: [{ type: 'deliveries', id: '45' }] },
  { __op: 'AddRelation', objects: [{ __type: 'Pointer', className: 'Delivery', objectId: '45' }] },
];
const NAMES = [
  'deliveries',
  'Deliveries',
  'deliveries_attributes',
  'deliveries@delta',
  'nested_deliveries',
  'DELIVERIES',
];
const LINKING = [
  'deliveries',
  'deliveryIds',
  'delivery_ids',
  'deliveries_ids',
  'delivery',
  'deliveries@odata.bind',
];
const WRAPPERS: readonly ((body: object) => object)[] = [
  (body) => body,
  (body) => ({ data: body }),
  (body) => ({ customer: body, name: 'Ann' }),
  (body) => ({ $set: body }),
  (body) => ({ name: 'Ann', relationships: body }),
  (body) => ({ payload: JSON.stringify(body) }),
];

const written = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...SHAPES), fc.constantFrom(...ITEMS))
  .map(([name, shape, item]) => ({ [name]: shape(item) }));
const linked = fc
  .tuple(fc.constantFrom(...LINKING), fc.constantFrom(...LINKS))
  .map(([name, link]) => ({ [name]: link }));

/** Saves from the other side: of a customer that is stored, and of a new one. */
export const reverseSaves: fc.Arbitrary<ReverseSave> = fc
  .tuple(
    fc.oneof(written, linked),
    fc.constantFrom(...WRAPPERS),
    fc.constantFrom('/items/customers/8', '/items/customers', '/items/customers/9'),
  )
  .map(([body, wrap, path]) => ({ path, body: wrap(body) }))
  // To name its own deliveries changes nothing, and what a customer of its own leaves out is another test's.
  .filter(({ path, body }) => path !== '/items/customers/9' || /elivered/.test(JSON.stringify(body)));
