import { call, type Step } from '../system.ts';

type Document = Readonly<Record<string, unknown>>;

const delivered = { status: 'Delivered' };
const mine = { email: 'rep@example.com' };

/** Every way to deliver a record, or to become who is asked, without a code. `read` asks the server itself. */
export function doorsOf(gateway: string, read: (path: string) => Promise<Document>): readonly Step[] {
  const send = (verb: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    call(`${gateway}${path}`, verb, body, headers);
  const delivery = () => read('/deliveries/45');
  const customer = () => read('/customers/ann');
  const bulk = (name: string, docs: readonly object[], more: object = {}) =>
    send('POST', `/${name}/_bulk_docs`, { docs, ...more });
  const version = async (of: () => Promise<Document>) => String((await of())['_rev']);
  return [
    ['a document', async () => send('PUT', '/deliveries/45', { ...(await delivery()), ...delivered })],
    [
      'its version in the query',
      async () =>
        send('PUT', `/deliveries/45?rev=${await version(delivery)}`, { ...delivered, customer: 'ann' }),
    ],
    [
      'a version of another database',
      async () =>
        send('PUT', '/deliveries/45?new_edits=false', { ...(await delivery()), ...delivered, _rev: '9-a' }),
    ],
    [
      'a document without its customer',
      async () => send('PUT', '/deliveries/45', { _rev: await version(delivery), status: 'Open' }),
    ],
    ['a POST', async () => send('POST', '/deliveries', { ...(await delivery()), ...delivered })],
    [
      'a POST without its customer',
      async () => send('POST', '/deliveries', { _id: '45', _rev: await version(delivery), status: 'Open' }),
    ],
    ['a list', async () => bulk('deliveries', [{ ...(await delivery()), ...delivered }])],
    [
      'a list without its customer',
      async () => bulk('deliveries', [{ _id: '45', _rev: await version(delivery), status: 'Open' }]),
    ],
    [
      'a list with versions of another database',
      async () =>
        bulk('deliveries', [{ ...(await delivery()), ...delivered, _rev: '9-b' }], { new_edits: false }),
    ],
    [
      'a list at an encoded path',
      async () =>
        send('POST', '/deliveries/%5Fbulk_docs', { docs: [{ ...(await delivery()), ...delivered }] }),
    ],
    [
      'a list at a path with a slash',
      async () =>
        send('POST', '/deliveries/_bulk_docs/', { docs: [{ ...(await delivery()), ...delivered }] }),
    ],
    [
      'a list in another case of the database',
      async () => send('POST', '/Deliveries/_bulk_docs', { docs: [{ ...(await delivery()), ...delivered }] }),
    ],
    [
      'a list without a media type',
      async () =>
        send(
          'POST',
          '/deliveries/_bulk_docs',
          JSON.stringify({ docs: [{ ...(await delivery()), ...delivered }] }),
        ),
    ],
    [
      'a copy of another document',
      async () =>
        send('COPY', '/deliveries/46', undefined, { destination: `45?rev=${await version(delivery)}` }),
    ],
    [
      'another customer',
      async () => send('PUT', '/deliveries/45', { ...(await delivery()), customer: 'rep' }),
    ],
    ['the address', async () => send('PUT', '/customers/ann', { ...(await customer()), ...mine })],
    ['the address, by a list', async () => bulk('customers', [{ ...(await customer()), ...mine }])],
    [
      'the address left out',
      async () => send('PUT', '/customers/ann', { _rev: await version(customer), name: 'Ann' }),
    ],
    [
      'the address left out, by a list',
      async () => bulk('customers', [{ _id: 'ann', _rev: await version(customer), name: 'Ann' }]),
    ],
    ['the customer deleted', async () => send('DELETE', `/customers/ann?rev=${await version(customer)}`)],
    [
      'the customer deleted by a document',
      async () => send('PUT', '/customers/ann', { ...(await customer()), _deleted: true }),
    ],
    ['… by a POST', async () => send('POST', '/customers', { ...(await customer()), _deleted: true })],
    ['… by a list', async () => bulk('customers', [{ ...(await customer()), _deleted: true }])],
    [
      '… by a list that says no more',
      async () => bulk('customers', [{ _id: 'ann', _rev: await version(customer), _deleted: true }]),
    ],
    ['the database of customers deleted', () => send('DELETE', '/customers')],
    ['the database of deliveries deleted', () => send('DELETE', '/deliveries')],
    [
      'a replication',
      async () => {
        const [source, target] = ['http://127.0.0.1:9/x', 'deliveries'];
        return send('POST', '/_replicate', { source, target });
      },
    ],
    ['a design document', () => send('PUT', '/deliveries/_design/x', { updates: { a: 'function(){}' } })],
    ['… at an encoded path', () => send('PUT', '/deliveries/_design%2Fx', { language: 'javascript' })],
    [
      'an attachment',
      async () =>
        send('PUT', `/deliveries/45/a.txt?rev=${await version(delivery)}`, 'x', {
          'content-type': 'text/plain',
        }),
    ],
    [
      'parts of a document',
      async () => {
        const text = JSON.stringify({ ...(await delivery()), ...delivered });
        const body = `--x\r\ncontent-type: application/json\r\n\r\n${text}\r\n--x--\r\n`;
        return send('PUT', '/deliveries/45', body, { 'content-type': 'multipart/related; boundary=x' });
      },
    ],
  ];
}
