import { describe, expect, it } from 'vitest';
import { shareStage } from '../harness/shared-stage.ts';
import { closingRule } from './odata-closing.ts';

/** A service that shows the orders of a customer only where it is asked to. */
const RECORDS: Record<string, object> = {
  'Orders(45)': { ID: 45, Status: 'Open', Customer_ID: 9 },
  'Orders(46)': { ID: 46, Status: 'Open', Customer_ID: 9 },
  'Orders(47)': { ID: 47, Status: 'Open', Customer_ID: 8 },
  'Customers(9)': { ID: 9, Email: 'ann@example.com' },
  'Customers(8)': { ID: 8, Email: 'bob@example.com' },
};
const ALL = { Orders: [{ ID: 45 }, { ID: 46 }] };

const { received, send, writes } = shareStage(
  ({ method, pathname, query }) => {
    if (method !== 'GET') return { status: 204 };
    const name = pathname.slice('/odata/'.length);
    const record = RECORDS[name];
    const shown = name === 'Customers(9)' && query.get('$expand') === 'Orders' ? ALL : {};
    return record ? { status: 200, body: { ...record, ...shown } } : { status: 404 };
  },
  {
    modules: {
      Orders: { dialect: 'odata', path: '/odata' },
      Customers: {
        dialect: 'odata',
        path: '/odata',
        read: { query: '$expand=Orders' },
        relations: { Orders: 'Orders' },
      },
    },
    rules: closingRule(),
  },
);

async function patch(orders: readonly object[]) {
  const { status } = await send('PATCH /odata/Customers(9)', { Orders: orders });
  const saves = writes().map((one) => one.body.toString());
  const reads = received().filter(({ method }) => method === 'GET');
  return { status, saves, reads: reads.map(({ path }) => path) };
}

describe('a list that stands for all related records, with the query that shows them', () => {
  it('goes on where it leaves nobody out and changes nothing that a rule is about', async () => {
    const list = [{ ID: 45, Note: 'x' }, { ID: 46 }];
    const { status, saves, reads } = await patch(list);
    expect({ status, saves }).toEqual({ status: 204, saves: [JSON.stringify({ Orders: list })] });
    expect(reads).toContain('/odata/Customers(9)?$expand=Orders');
  });

  it.each([
    ['leaves an order out', [{ ID: 45 }]],
    ['leaves all orders out', []],
    ['closes one', [{ ID: 45, Status: 'Closed' }, { ID: 46 }]],
    ['takes the order of another customer', [{ ID: 45 }, { ID: 46 }, { ID: 47 }]],
  ])('is refused where it %s, and the CRM gets nothing', async (_, list) => {
    expect(await patch(list)).toMatchObject({ status: 428, saves: [] });
  });
});
