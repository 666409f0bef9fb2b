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
        mutations: { updateNote: update },
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
  const query = `mutation { saved: update${type}(id: ${id}, data: {status: "Closed"}) }`;
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
