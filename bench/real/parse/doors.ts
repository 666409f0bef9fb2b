import { call, type Step } from '../system.ts';
import { CLIENT, DELIVERED, type Hands, MASTER } from './hands.ts';

/** Every other way to a delivered order, or to the address of its customer. */
export function doorsOf(hands: Hands): readonly Step[] {
  return [...calls(hands), ...batches(hands)];
}

function calls({
  Parse,
  Delivery,
  Customer,
  of,
  delivery,
  customer,
  rep,
  path,
  rest,
  asSdk,
  gateway,
}: Hands): readonly Step[] {
  return [
    [
      'saveAll (a batch)',
      () => Parse.Object.saveAll([of(Delivery, delivery, DELIVERED), of(Customer, customer, { name: 'B' })]),
    ],
    ['PUT by REST', () => rest('PUT', path, DELIVERED)],
    [
      'a form',
      () =>
        call(`${gateway}${path}`, 'PUT', 'status=Delivered', {
          ...CLIENT,
          'content-type': 'application/x-www-form-urlencoded',
        }),
    ],
    ['a method in the body, in another case', () => asSdk(path, { _method: 'put', ...DELIVERED })],
    [
      'a method in a header',
      () => rest('POST', path, DELIVERED, { ...CLIENT, 'X-HTTP-Method-Override': 'PUT' }),
    ],
    ['a method in the body of JSON', () => rest('POST', path, { _method: 'PUT', ...DELIVERED })],
    ['a read whose body updates', () => asSdk(path, { _method: 'GET', ...DELIVERED })],
    [
      'a list with an id',
      () => asSdk('/parse/classes/Delivery', { _method: 'PUT', objectId: delivery, ...DELIVERED }),
    ],
    [
      'another case of the path',
      () => asSdk(`/parse/Classes/Delivery/${delivery}`, { _method: 'PUT', ...DELIVERED }),
    ],
    [
      'an encoded path',
      () => asSdk(`/parse/classes/%44elivery/${delivery}`, { _method: 'PUT', ...DELIVERED }),
    ],
    [
      'GraphQL',
      () =>
        rest('POST', '/graphql', {
          query:
            'mutation { updateDelivery(input: {id: "x", fields: {status: "Delivered"}}) { clientMutationId } }',
        }),
    ],
    ['another owner', () => of(Delivery, delivery, { customer: Customer.createWithoutData(rep) }).save()],
    ['no owner', () => asSdk(path, { _method: 'PUT', customer: { __op: 'Delete' } })],
    ['an operation on the status', () => asSdk(path, { _method: 'PUT', status: { __op: 'Delete' } })],
    ['the address of the owner', () => of(Customer, customer, { email: 'rep@example.com' }).save()],
    [
      'the address of the owner by an operation',
      () => asSdk(`/parse/classes/Customer/${customer}`, { _method: 'PUT', email: { __op: 'Delete' } }),
    ],
    ['the owner deleted', () => Customer.createWithoutData(customer).destroy()],
    [
      'a nested owner with another address',
      () =>
        asSdk(path, {
          _method: 'PUT',
          customer: {
            __type: 'Object',
            className: 'Customer',
            objectId: customer,
            email: 'rep@example.com',
          },
        }),
    ],
    ['the class by its schema', () => rest('DELETE', '/parse/schemas/Delivery')],
    ['the master key of a guess', () => call(`${gateway}${path}`, 'PUT', DELIVERED, MASTER)],
  ];
}

function batches({
  path,
  delivery,
  customer,
  rep,
  pointer,
  batched,
  rest,
  asSdk,
  gateway,
}: Hands): readonly Step[] {
  return [
    ...[
      path,
      path.replace('/parse', ''),
      path.replace('classes', 'Classes'),
      path.replace('Delivery', '%44elivery'),
      path.replace('/classes', '//classes'),
      path.replace('/classes', '/./classes'),
      path.replace('/classes', '/x/../classes'),
      `${path}/`,
      `${path}?x=1`,
      `${path}#x`,
      `${gateway}${path}`,
      `//127.0.0.1${path}`,
      `/x${path}`,
    ].map((at): Step => [`a batch with ${at.replace(delivery, '…')}`, () => batched(at)]),
    ['a batch with small letters', () => batched(path, { method: 'put' })],
    ['a batch without a method', () => batched(path, { method: undefined })],
    [
      'a batch with a method in its body',
      () => batched(path, { method: 'POST', body: { _method: 'PUT', ...DELIVERED } }),
    ],
    ['a batch with a body that is a text', () => batched(path, { body: JSON.stringify(DELIVERED) })],
    ['a batch with a second body', () => batched(path, { body: { note: 'x' }, Body: DELIVERED })],
    [
      'a batch of a member twice',
      () =>
        call(
          `${gateway}/parse/batch`,
          'POST',
          `{"requests":[{"method":"PUT","path":"${path}","body":{"status":"Open","status":"Delivered"}}]}`,
          { ...CLIENT, 'content-type': 'application/json' },
        ),
    ],
    ['a batch of another owner', () => batched(path, { body: { customer: pointer(rep) } })],
    [
      'a batch of the address of the owner',
      () => batched(`/parse/classes/Customer/${customer}`, { body: { email: 'rep@example.com' } }),
    ],
    [
      'a batch that deletes the owner',
      () => batched(`/parse/classes/Customer/${customer}`, { method: 'DELETE', body: {} }),
    ],
    [
      'a batch within a batch',
      () =>
        batched('/parse/batch', {
          method: 'POST',
          body: { requests: [{ method: 'PUT', path, body: DELIVERED }] },
        }),
    ],
    [
      'a batch of a class by its schema',
      () => batched('/parse/schemas/Delivery', { method: 'DELETE', body: {} }),
    ],
    ['a batch with the method beside it', () => asSdk('/parse/batch', { _method: 'PUT', requests: [] })],
    [
      'a batch in another case',
      () => rest('POST', '/parse/BATCH', { requests: [{ method: 'PUT', path, body: DELIVERED }] }),
    ],
    [
      'a transaction with a rollback',
      () =>
        asSdk('/parse/batch', {
          transaction: true,
          requests: [
            { method: 'PUT', path, body: DELIVERED },
            { method: 'PUT', path: '/parse/classes/Delivery/none', body: {} },
          ],
        }),
    ],
  ];
}
