import { describe, expect, it } from 'vitest';
import { shareStage } from '../harness/shared-stage.ts';

const UPDATE = { id: 'id', fields: 'data' };

/** A server that says how long its answers are, as most do. */
function answered(data: unknown) {
  const body = JSON.stringify({ data });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
  };
  return { status: 200, headers, body };
}

const {
  lastCode,
  received,
  send: sendJson,
} = shareStage(
  ({ json }) => {
    const { query, variables } = json as { query: string; variables?: { id: unknown } };
    if (query.startsWith('mutation')) return answered({ saved: true });
    // An `Int` takes no text, and this table of texts has no numbers.
    const record = { id: variables?.id, status: 'Open', email: 'ann@example.com' };
    if (query.includes('order(')) return answered({ order: variables?.id === 45 ? record : null });
    if (variables?.id === 'down')
      return { status: 200, body: { data: { note: null }, errors: [{ message: 'no' }] } };
    return answered({ note: variables?.id === '45' ? record : null });
  },
  {
    modules: {
      Order: {
        dialect: 'graphql',
        path: '/graphql',
        mutations: { updateOrder: UPDATE },
        record: 'query ($id: Int!) { order(id: $id) { id status email } }',
      },
      Note: {
        dialect: 'graphql',
        path: '/graphql',
        mutations: { updateNote: UPDATE, createNote: { operation: 'create', fields: 'data' } },
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
  },
);

async function save(type: 'Order' | 'Note', id: string, headers: readonly string[] = []) {
  return send(`mutation { saved: update${type}(id: ${id}, data: {status: "Closed"}) }`, headers);
}

async function send(query: string, headers: readonly string[] = []) {
  const { status, body: text } = await sendJson('POST /graphql', { query }, headers);
  const arrived = received().map((one) => one.body.toString());
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
    const code = lastCode('ann@example.com');
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
    const code = lastCode('ann@example.com');
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
