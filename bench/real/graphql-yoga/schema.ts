/** A type for each table, inputs that nest as Prisma writes them, an action, and mutations that choose their records by a filter. */
export const SCHEMA = `
  type Delivery { id: ID!, status: String, note: String, customerId: ID, customer: Customer }
  type Customer { id: ID!, name: String, email: String, deliveries: [Delivery!]! }
  input Id { id: ID! }
  input DeliveryData { id: ID, status: String, note: String, customerId: ID, customer: CustomerOfDelivery }
  input DeliveryWhere { id: ID, status: String }
  input DeliveryPair { where: Id!, data: DeliveryData! }
  input DeliveryMany { where: DeliveryWhere!, data: DeliveryData! }
  input CustomerOfDelivery { connect: Id, disconnect: Boolean, create: CustomerData, update: CustomerData }
  input DeliveriesOfCustomer {
    create: [DeliveryData!], connect: [Id!], disconnect: [Id!], set: [Id!], delete: [Id!], update: [DeliveryPair!],
    updateMany: [DeliveryMany!]
  }
  input CustomerData { id: ID, name: String, email: String, deliveries: DeliveriesOfCustomer }
  input Deliver { id: ID!, note: String }
  type Query {
    delivery(id: ID!): Delivery
    customer(id: ID!): Customer
    deliveries(status: String): [Delivery!]!
  }
  type Mutation {
    createDelivery(data: DeliveryData!): Delivery
    updateDelivery(id: ID!, data: DeliveryData!): Delivery
    updateDeliveries(ids: [ID!]!, data: DeliveryData!): [Delivery]
    updateDeliveriesWhere(where: DeliveryWhere!, data: DeliveryData!): [Delivery]
    saveDeliveries(deliveries: [DeliveryData!]!): [Delivery]
    deleteDelivery(id: ID!): ID
    deliver(input: Deliver!): Delivery
    deliverAll: Int
    createCustomer(data: CustomerData!): Customer
    updateCustomer(id: ID!, data: CustomerData!): Customer
    deleteCustomer(id: ID!): ID
    greet(name: String!): String
  }
`;

/** Documents that the server keeps, by the name or the digest that a request gives in place of a text. */
export const KEPT: Readonly<Record<string, string>> = {
  list: '{ deliveries { id } }',
  deliver: 'mutation { deliver(input: { id: "45" }) { id } }',
};

type Row = Record<string, unknown>;
type Data = Readonly<Record<string, unknown>>;
type Tables = { readonly deliveries: Map<string, Row>; readonly customers: Map<string, Row> };
type Args = {
  readonly id: string;
  readonly ids: readonly string[];
  readonly status?: string;
  readonly where: Data;
  readonly data: Data;
  readonly deliveries: readonly Data[];
  readonly input: { readonly id: string };
  readonly name: string;
};

/** A customer with two deliveries, and another one. */
export function firstTables(): Tables {
  const delivery = { status: 'Open', note: '', customerId: '1' };
  return {
    deliveries: new Map(['45', '46'].map((id) => [id, { id, ...delivery }])),
    customers: new Map([
      ['1', { id: '1', name: 'Ann', email: 'ann@example.com' }],
      ['2', { id: '2', name: 'Rep', email: 'rep@example.com' }],
    ]),
  };
}

/** What its fields do with the tables that are there at the moment. */
export function resolversOf(tables: () => Tables): object {
  const { change, changeCustomer, remove } = writersOf(tables);
  const all = () => [...tables().deliveries.values()];
  const deliver = (id: unknown) => change(id, { status: 'Delivered' });
  return {
    Query: {
      delivery: (_: unknown, { id }: Args) => tables().deliveries.get(id),
      customer: (_: unknown, { id }: Args) => tables().customers.get(id),
      deliveries: (_: unknown, { status }: Args) =>
        all().filter((one) => !status || one['status'] === status),
    },
    Delivery: { customer: ({ customerId }: Row) => tables().customers.get(String(customerId)) },
    Customer: { deliveries: ({ id }: Row) => all().filter(({ customerId }) => customerId === id) },
    Mutation: {
      createDelivery: (_: unknown, { data }: Args) => change(undefined, data),
      updateDelivery: (_: unknown, { id, data }: Args) => change(id, data),
      updateDeliveries: (_: unknown, { ids, data }: Args) => ids.map((id) => change(id, data)),
      updateDeliveriesWhere: (_: unknown, { where, data }: Args) =>
        matching(all(), where).map(({ id }) => change(id, data)),
      saveDeliveries: (_: unknown, { deliveries }: Args) => deliveries.map((one) => change(one['id'], one)),
      deleteDelivery: (_: unknown, { id }: Args) => remove(id),
      deliver: (_: unknown, { input }: Args) => deliver(input.id),
      deliverAll: () => all().map(({ id }) => deliver(id)).length,
      createCustomer: (_: unknown, { data }: Args) => changeCustomer(undefined, data),
      updateCustomer: (_: unknown, { id, data }: Args) => changeCustomer(id, data),
      deleteCustomer(_: unknown, { id }: Args) {
        tables().customers.delete(id);
        for (const one of matching(all(), { customerId: id })) change(one['id'], { customerId: null });
        return id;
      },
      greet: (_: unknown, { name }: Args) => `hello ${name}`,
    },
  };
}

function writersOf(tables: () => Tables) {
  let last = 100;
  const save = (table: Map<string, Row>, id: unknown, fields: Data): Row => {
    const key = String(fields['id'] ?? id ?? ++last);
    const row = { ...table.get(key), ...fields, id: key };
    table.set(key, row);
    return row;
  };

  function change(id: unknown, { customer, ...fields }: Data): Row {
    const row = save(tables().deliveries, id, fields);
    const { connect, create, update, disconnect } = (customer ?? {}) as Readonly<Record<string, Row>>;
    if (connect) row['customerId'] = connect['id'];
    if (create) row['customerId'] = changeCustomer(undefined, create)['id'];
    if (update) changeCustomer(row['customerId'], update);
    if (disconnect) row['customerId'] = null;
    return row;
  }

  function changeCustomer(id: unknown, { deliveries, ...fields }: Data): Row {
    const row = save(tables().customers, id, fields);
    const said = (deliveries ?? {}) as Readonly<Record<string, readonly Row[]>>;
    const owned = { customerId: row['id'] };
    const of = (name: string): readonly Row[] => said[name] ?? [];
    if (said['set'])
      for (const one of matching([...tables().deliveries.values()], owned))
        change(one['id'], { customerId: null });
    for (const one of of('create')) change(undefined, { ...one, ...owned });
    for (const one of [...of('connect'), ...of('set')]) change(one['id'], owned);
    for (const one of of('disconnect')) change(one['id'], { customerId: null });
    for (const one of of('delete')) remove(String(one['id']));
    for (const { where, data } of of('update')) change((where as Row)['id'], data as Row);
    for (const { where, data } of of('updateMany'))
      for (const one of matching([...tables().deliveries.values()], where as Row))
        change(one['id'], data as Row);
    return row;
  }

  function remove(id: string): string {
    tables().deliveries.delete(id);
    return id;
  }

  return { change, changeCustomer, remove };
}

function matching(rows: readonly Row[], where: Data): readonly Row[] {
  return rows.filter((row) => Object.entries(where).every(([name, value]) => row[name] === value));
}
