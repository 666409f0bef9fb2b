import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { type Crm, startCrm } from '../harness/crm.ts';
import { deliveryRule, NO_LIMITS } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { reverseSaves } from './disguises/reverse.ts';

/*
 * Each of these saves delivers a delivery, or takes it to another customer, at some server that stores nested records: Directus, CAP, Strapi, Prisma,
 * Rails, Parse, OData. It is judged by what reached a CRM that takes everything.
 */

const RUNS = 500;
let crm: Crm;
let gateway: TestGateway;
let url: string;

const CUSTOMERS: Readonly<Record<string, object>> = {
  '8': { id: '8', name: 'The rep', email: 'rep@example.net', deliveries: [] },
  '9': { id: '9', name: 'Ann', email: 'ann@example.com', deliveries: ['45'] },
};

beforeAll(async () => {
  crm = await startCrm();
  crm.answerWith(({ method, path }, response) => {
    const [, , name, id = ''] = path.split('/');
    const delivery = { id: '45', status: 'created', customer: '9', note: '' };
    const body = name === 'customers' ? CUSTOMERS[id] : delivery;
    response.writeHead(method === 'GET' && !body ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  gateway = createTestGateway({
    listen: { port: 0 },
    admin: false,
    upstream: { url: crm.url },
    limits: NO_LIMITS,
    modules: {
      Deliveries: { dialect: 'rest', path: '/items/deliveries' },
      Customers: { dialect: 'rest', path: '/items/customers' },
    },
    rules: [
      deliveryRule({
        module: 'Deliveries',
        when: { changed_to: ['status', 'delivered'] },
        send: {
          to: [
            {
              channel: 'email',
              address: { via: 'customer', module: 'Customers', field: 'email', reverse: ['deliveries'] },
            },
          ],
        },
      }),
    ],
  });
  ({ url } = await gateway.listen());
});
afterAll(async () => {
  await gateway.close();
  await crm.close();
});

const writes = () => crm.received.filter(({ method }) => method !== 'GET');

describe('a delivery that is written through its customer', () => {
  it('does not arrive without a code, in whatever shape', { timeout: 240_000 }, async () => {
    const rep = repOf(url);
    await fc.assert(
      fc.asyncProperty(reverseSaves, async ({ path, body }) => {
        const before = writes().length;
        const method = path === '/items/customers' ? 'POST' : 'PATCH';
        const { status } = await rep.call(method, path, body);
        const arrived = writes().slice(before);
        expect([status >= 400, arrived.map((one) => String(one.body))]).toEqual([true, []]);
      }),
      { numRuns: RUNS },
    );
  });

  it.each<[string, object]>([
    ['no delivery at all', { name: 'Ann B', phone: '+1 201 555 0123' }],
    ['its own list as it is', { name: 'Ann B', deliveries: ['45'] }],
    ['a note on its own delivery', { deliveries: { update: [{ id: '45', note: 'rang twice' }] } }],
    ['a new delivery that nobody has to agree to', { deliveries: { create: [{ status: 'created' }] } }],
    ['names that are about something else', { delivery_days: 3, delivery_note: 'left', last_delivery: '45' }],
    ['a note that quotes JSON', { note: '{"colour":"red"}' }],
  ])('and an honest save arrives as it is: %s', async (_, body) => {
    const before = writes().length;
    expect((await repOf(url).call('PATCH', '/items/customers/9', body)).status).toBe(200);
    expect(
      writes()
        .slice(before)
        .map((one) => JSON.parse(String(one.body))),
    ).toEqual([body]);
  });
});
