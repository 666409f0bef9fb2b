import { describe, expect, it } from 'vitest';
import { shareStage } from '../harness/shared-stage.ts';

const {
  lastCode,
  send: sendJson,
  writes,
} = shareStage(
  ({ method }) =>
    method === 'GET'
      ? { status: 200, body: { id: 45, status: 'Open', email: 'ann@example.com' } }
      : { status: 200, body: {} },
  {
    modules: { Orders: { dialect: 'rest', path: '/api/orders' } },
    rules: [
      {
        id: 7,
        name: 'Closing',
        module: 'Orders',
        when: { changed_to: ['status', 'Closed'] },
        send: { to: [{ channel: 'email', address: 'email' }] },
      },
    ],
  },
);

async function send(line: string, fields: object, headers: readonly string[] = []) {
  const { status } = await sendJson(line, fields, headers);
  return { status, arrived: writes().map(({ path, body }) => `${path} ${body}`) };
}

// Django and Tryton know an address only with it, others only without.
describe('a slash at the end of a path', () => {
  it.each([
    ['PATCH', '/api/orders/45/'],
    ['PATCH', '/api/orders/45'],
    ['POST', '/api/orders/'],
    ['POST', '/api/orders'],
  ])('is sent as it came: %s %s', async (method, path) => {
    const sent = await send(`${method} ${path}`, { note: 'x' });
    expect(sent).toEqual({ status: 200, arrived: [`${path} {"note":"x"}`] });
  });

  it('is sent with the query behind it', async () => {
    expect(await send('PATCH /api/orders/45/?v=1', { note: 'x' })).toMatchObject({
      arrived: ['/api/orders/45/?v=1 {"note":"x"}'],
    });
  });

  it('changes nothing of what a save needs, and a code for the one spelling opens the other', async () => {
    const closed = { status: 'Closed' };
    expect(await send('PATCH /api/orders/45/', closed)).toEqual({ status: 428, arrived: [] });
    const code = `OTPRULES-OTP-7: ${lastCode('ann@example.com')}`;
    expect(await send('PATCH /api/orders/45', closed, [code])).toMatchObject({ status: 200 });
    expect(await send('PATCH /api/orders/45/', closed, [code])).toMatchObject({ status: 409 });
  });

  it.each([
    '/api/orders/45//',
    '/api/orders//45',
    '/api/orders/45/.',
  ])('is one, and plain: %s', async (path) => {
    expect(await send(`PATCH ${path}`, { status: 'Closed' })).toEqual({ status: 400, arrived: [] });
  });
});
