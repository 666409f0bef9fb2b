import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

type Fields = Record<string, unknown>;
type Table = Map<string, Fields>;

export type RelationalCrm = {
  readonly url: string;
  readonly deliveries: Table;
  readonly customers: Table;
  /** The writes that arrived, with their bodies. */
  readonly writes: readonly string[];
};

/**
 * A CRM that stores nested records as Directus 11 and SAP CAP 10 do: a customer's `deliveries` may be ids or records, in a list, which
 * stands for all of them, or in `{create, update, delete}`, and each of them then refers to that customer. `shows` is whether the read of a
 * customer has the ids of its deliveries: in Directus it does, in CAP only with `$expand`.
 */
export async function openRelationalCrm({ shows = true } = {}): Promise<RelationalCrm> {
  const customers: Table = new Map(
    [
      { id: '8', name: 'The rep', email: 'rep@example.net' },
      { id: '9', name: 'Ann', email: 'ann@example.com' },
    ].map((row) => [row.id, row]),
  );
  const deliveries: Table = new Map(
    ['45', '46'].map((id) => [id, { id, status: 'created', note: '', customer: '9' }]),
  );
  const writes: string[] = [];
  let last = 100;

  function store(table: Table, id: string, fields: Fields): string {
    const { deliveries: nested, customer, ...own } = fields;
    const owner =
      typeof customer === 'object' && customer !== null ? storeOwner(customer as Fields) : customer;
    table.set(id, { ...table.get(id), id, ...own, ...(customer === undefined ? {} : { customer: owner }) });
    if (table === customers && nested !== undefined) storeBelow(id, nested);
    return id;
  }

  const storeOwner = (fields: Fields) => store(customers, String(fields['id'] ?? ++last), fields);

  function storeBelow(owner: string, nested: unknown): void {
    const put = (item: unknown) => {
      const fields = typeof item === 'object' && item !== null ? (item as Fields) : { id: item };
      return store(deliveries, String(fields['id'] ?? ++last), { ...fields, customer: owner });
    };
    const { create = [], update = [], delete: gone = [] } = nested as Readonly<Record<string, unknown[]>>;
    if (!Array.isArray(nested)) {
      for (const item of [...create, ...update]) put(item);
      for (const id of gone) deliveries.delete(String(id));
      return;
    }
    const kept = nested.map(put);
    for (const [id, row] of deliveries)
      if (row['customer'] === owner && !kept.includes(id)) row['customer'] = null;
  }

  function shown(table: Table, row: Fields): Fields {
    if (table !== customers || !shows) return row;
    const own = [...deliveries].filter(([, { customer }]) => customer === row['id']);
    return { ...row, deliveries: own.map(([id]) => id) };
  }

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const [, , name, id] = (request.url ?? '').split(/[/?]/);
    const table = name === 'customers' ? customers : deliveries;
    const answer = (status: number, data?: Fields) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(data ? { data: shown(table, data) } : { errors: [{ message: 'none' }] }));
    };
    if (request.method === 'GET') {
      const row = table.get(id ?? '');
      return row ? answer(200, row) : answer(404);
    }
    writes.push(body);
    if (id !== undefined && !table.has(id)) return answer(404);
    if (request.method === 'DELETE') table.delete(id ?? '');
    else store(table, id ?? String(++last), JSON.parse(body));
    return answer(200, table.get(id ?? String(last)) ?? {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deliveries, customers, writes };
}
