import { call, type Step } from '../system.ts';

/** What the doors are tried with: the client's own calls, and addresses below the service. */
export type CapHands = {
  readonly ann: string;
  readonly rep: string;
  readonly gateway: string;
  at(path: string): string;
  update(fields: object): Promise<unknown>;
  customer(fields: object, id?: string): Promise<unknown>;
  batch(...requests: readonly object[]): Promise<unknown>;
  remove(name: string, key: unknown): Promise<unknown>;
};

const DELIVERED = { status: 'Delivered' };

/** Through the customer, and to another one. */
export function relations({ at, update, customer, remove, ann, rep }: CapHands): readonly Step[] {
  const owner = `Customers(${ann})`;
  const shouted = ann.toUpperCase();
  return [
    ['a deep update', () => customer({ deliveries: [{ ID: 45, ...DELIVERED }] })],
    [
      'a deep update of the delta',
      () => call(at(owner), 'PATCH', { 'deliveries@delta': [{ ID: 45, ...DELIVERED }] }),
    ],
    ['a deep update by another customer', () => customer({ deliveries: [{ ID: 45, status: 'Open' }] }, rep)],
    ['a deep update that leaves it out', () => customer({ deliveries: [{ ID: 46 }] })],
    ['a deep update to nothing', () => customer({ deliveries: [] })],
    [
      'a deep insert that takes it',
      () => call(at('Customers'), 'POST', { email: 'rep@example.com', deliveries: [{ ID: 45 }] }),
    ],
    [
      'a deep replace',
      () =>
        call(at(owner), 'PUT', {
          name: 'Ann',
          email: 'ann@example.com',
          deliveries: [{ ID: 45, ...DELIVERED }],
        }),
    ],
    ['through its customer', () => call(at(`${owner}/deliveries(45)`), 'PATCH', DELIVERED)],
    ['through its customer, an action', () => call(at(`${owner}/deliveries(45)/CRM.deliver`), 'POST', {})],
    [
      'a create through its customer',
      () => call(at(`Customers(${rep})/deliveries`), 'POST', { ID: 45, ...DELIVERED }),
    ],
    ['deleted through its customer', () => call(at(`${owner}/deliveries(45)`), 'DELETE')],
    [
      'a link from the other side',
      () => call(at(`Customers(${rep})/deliveries/$ref`), 'POST', { '@odata.id': 'Deliveries(45)' }),
    ],
    ['another owner', () => update({ customer_ID: rep })],
    ['another owner as an object', () => call(at('Deliveries(45)'), 'PATCH', { customer: { ID: rep } })],
    [
      'another owner by a binding',
      () => call(at('Deliveries(45)'), 'PATCH', { 'customer@odata.bind': `Customers(${rep})` }),
    ],
    [
      'another owner by a link',
      () => call(at('Deliveries(45)/customer/$ref'), 'PUT', { '@odata.id': `Customers(${rep})` }),
    ],
    ['another owner by its property', () => call(at('Deliveries(45)/customer_ID'), 'PUT', { value: rep })],
    ['no owner', () => update({ customer_ID: null })],
    ['no owner by its property', () => call(at('Deliveries(45)/customer_ID'), 'DELETE')],
    [
      'the owner with another address, in place',
      () => call(at('Deliveries(45)'), 'PATCH', { customer: { ID: ann, email: 'rep@example.com' } }),
    ],
    [
      'through the delivery',
      () => call(at('Deliveries(45)/customer'), 'PATCH', { email: 'rep@example.com' }),
    ],
    [
      'through the delivery, one property',
      () => call(at('Deliveries(45)/customer/email'), 'PUT', { value: 'rep@example.com' }),
    ],
    ['the address of the owner', () => customer({ email: 'rep@example.com' })],
    [
      'the address under a key in capitals',
      () => call(at(`Customers(${shouted})`), 'PATCH', { email: 'rep@example.com' }),
    ],
    [
      'the address under a key in quotes',
      () => call(at(`Customers('${ann}')`), 'PATCH', { email: 'rep@example.com' }),
    ],
    ['the address, one property', () => call(at(`${owner}/email`), 'PUT', { value: 'rep@example.com' })],
    ['the address deleted', () => call(at(`${owner}/email`), 'DELETE')],
    ['the owner replaced', () => call(at(owner), 'PUT', { name: 'Ann' })],
    ['the owner deleted', () => remove('CRM.Customers', { ID: ann })],
  ];
}
