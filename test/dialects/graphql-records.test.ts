import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { type StandIn, startStandIn } from '../harness/stand-in.ts';

/** A server that says how long its answers are, as most do. */
let crm: StandIn;
let gateway: TestGateway;
let port: number;
let seen = 0;

function answered(data: unknown) {
  const body = JSON.stringify({ data });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
  };
  return { status: 200, headers, body };
}

beforeAll(async () => {
  crm = await startStandIn(({ json }) => {
    const { query, variables } = json as { query: string; variables?: { id: unknown } };
    if (query.startsWith('mutation')) return answered({ saved: true });
    // An `Int` takes no text, and this table of texts has no numbers.
    const record = { id: variables?.id, status: 'Open', email: 'ann@example.com' };
    if (query.includes('order(')) return answered({ order: variables?.id === 45 ? record : null });
    if (variables?.id === 'down')
      return { status: 200, body: { data: { note: null }, errors: [{ message: 'no' }] } };
    return answered({ note: variables?.id === '45' ? record : null });
  });
  const update = { id: 'id', fields: 'data' };
  gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: {
      Order: {
        dialect: 'graphql',
        path: '/graphql',
        mutations: { updateOrder: update },
        record: 'query ($id: Int!) { order(id: $id) { id status email } }',
      },
      Note: {
        dialect: 'graphql',
        path: '/graphql',
        mutations: { updateNote: update, createNote: { operation: 'create', fields: 'data' } },
        creates: 'upsert',
        record: 'query ($id: ID!) { note(id: $id) { id status email } }',
      },
    },
    rules: ['Order', 'Note'].map((module, index) => ({
      id: 7 + index,
      name: `Closing of ${module}`,
      module,
      when: { changed_to: ['status', 'Closed'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    })),
  });
  port = Number(new URL((await gateway.listen()).url).port);
});

afterAll(async () => {
  await gateway.close();
  await crm.close();
});

beforeEach(() => {
  seen = crm.received.length;
  gateway.clock.advance(7_200_000);
});

async function save(type: 'Order' | 'Note', id: string, headers: readonly string[] = []) {
  return send(`mutation { saved: update${type}(id: ${id}, data: {status: "Closed"}) }`, headers);
}

async function send(query: string, headers: readonly string[] = []) {
  const body = JSON.stringify({ query });
  const { status, body: text } = await sendRaw(
    port,
    rawRequest('POST /graphql', ['Content-Type: application/json', ...headers], body),
  );
  const arrived = crm.received.slice(seen).map((one) => one.body.toString());
  return {
    status,
    text,
    saves: arrived.filter((one) => one.includes('mutation')).length,
    asked: arrived.filter((one) => !one.includes('mutation')),
  };
}

describe('the record by which a mutation is judged', () => {
  it.each([
    ['Order', '45', '"variables":{"id":45}'],
    ['Note', '45', '"variables":{"id":"45"}'],
  ] as const)('is asked for in the type of the variable: %s', async (type, id, variables) => {
    const refused = await save(type, id);
    expect(refused).toMatchObject({ status: 428, saves: 0 });
    expect(refused.asked.length).toBeGreaterThan(0);
    for (const question of refused.asked) expect(question).toContain(variables);
    const code = gateway.lastCode('ann@example.com');
    const rule = type === 'Order' ? 7 : 8;
    expect(await save(type, id, [`OTPRULES-OTP-${rule}: ${code}`])).toMatchObject({ status: 200, saves: 1 });
  });

  it.each([
    '"045"',
    '"4e1"',
    '"x"',
    '"-0"',
  ])('is asked for by a text where %s is no whole number', async (id) => {
    const { saves, asked } = await save('Order', id);
    expect(saves).toBe(0);
    expect(asked).toEqual([expect.stringContaining(`"variables":{"id":${id}}`)]);
  });

  it('is told to be missing in a whole answer, however short the answer of the server was', async () => {
    const { saves, text } = await save('Order', '99');
    expect(saves).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ data: null, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});

describe('a create that may bring an id', () => {
  const create = (fields: string, headers: readonly string[] = []) =>
    send(`mutation { saved: createNote(data: {${fields}}) }`, headers);

  it('is judged as an update of the record that the server shows', async () => {
    expect(await create('id: "45", status: "Closed"')).toMatchObject({ status: 428, saves: 0 });
    const code = gateway.lastCode('ann@example.com');
    const again = await create('id: "45", status: "Closed"', [`OTPRULES-OTP-8: ${code}`]);
    expect(again).toMatchObject({ status: 200, saves: 1 });
  });

  it('is judged as a create where the server shows none', async () => {
    expect(await create('id: "99", status: "Closed"')).toMatchObject({
      status: 422,
      saves: 0,
      text: expect.stringContaining('OTP_CREATE_REFUSED'),
    });
    expect(await create('id: "99", status: "Open"')).toMatchObject({ status: 200, saves: 1 });
  });

  it('is not looked for where it brings none', async () => {
    expect(await create('status: "Open"')).toMatchObject({ status: 200, saves: 1, asked: [] });
  });

  it('does not pass where the server gives an error in place of the record', async () => {
    expect(await create('id: "down", email: "rep@example.com"')).toMatchObject({ saves: 0 });
  });

  it('names one record', async () => {
    expect(await create('id: "99", ID: "45"')).toMatchObject({ status: 400, saves: 0 });
  });
});
