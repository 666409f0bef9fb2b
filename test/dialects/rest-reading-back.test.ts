import { describe, expect, it } from 'vitest';
import { shareStage } from '../harness/shared-stage.ts';

/** A CRM that shows a relation only where it is asked to, and one whose references are objects. */
const SHIPMENT = { documentId: 'abc1', status: 'Open', contact: { email: 'own@example.com', name: 'Ann' } };
const OWNERS: Record<string, object> = {
  ann2: { documentId: 'ann2', emails: ['ann@example.com'] },
  bob3: { documentId: 'bob3', emails: ['bob@example.com'] },
};

const answered = (data: object) => ({ status: 200, body: { data } });

const { lastCode, received, send, writes } = shareStage(
  ({ method, pathname, query }) => {
    if (method !== 'GET') return answered({});
    const [, , collection, id = ''] = pathname.split('/');
    if (collection === 'owners') return OWNERS[id] ? answered(OWNERS[id]) : { status: 404 };
    const owner = { id: 7, documentId: 'ann2' };
    return answered(query.get('populate') === '*' ? { ...SHIPMENT, owner } : SHIPMENT);
  },
  {
    modules: {
      Shipments: {
        dialect: 'rest',
        path: '/api/shipments',
        idField: 'documentId',
        fields: '/data',
        record: '/data',
        values: ['contact'],
        read: { query: 'populate=*' },
      },
      Owners: {
        dialect: 'rest',
        path: '/api/owners',
        idField: 'documentId',
        fields: '/data',
        record: '/data',
        values: ['emails'],
      },
      Letters: {
        dialect: 'rest',
        path: '/api/letters',
        idField: 'documentId',
        fields: '/data',
        record: '/data',
        values: ['contact'],
      },
    },
    rules: [
      {
        id: 7,
        name: 'Delivery',
        module: 'Shipments',
        when: { changed_to: ['status', 'Delivered'] },
        send: {
          to: [
            {
              channel: 'email',
              address: { via: '/owner/documentId', module: 'Owners', field: '/emails/0', reverse: 'none' },
            },
          ],
        },
      },
      {
        id: 8,
        name: 'Letter',
        module: 'Letters',
        when: { changed_to: ['status', 'Sent'] },
        send: { to: [{ channel: 'email', address: '/contact/email' }] },
      },
    ],
  },
);

async function put(path: string, data: object, headers: readonly string[] = []) {
  const answer = await send(`PUT ${path}`, { data }, headers);
  return { status: answer.status, result: answer.body, saves: writes().length };
}

describe('an address that stands deeper than in a field', () => {
  it('is reached by a reference in an object, in a list of the other record, with the query that shows it', async () => {
    expect(await put('/api/shipments/abc1', { status: 'Delivered' })).toMatchObject({
      status: 428,
      saves: 0,
    });
    expect(received().map(({ path }) => path)).toEqual([
      '/api/shipments/abc1?populate=*',
      '/api/owners/ann2',
    ]);
    const code = lastCode('ann@example.com');
    const saved = await put('/api/shipments/abc1', { status: 'Delivered' }, [`OTPRULES-OTP-7: ${code}`]);
    expect(saved).toMatchObject({ status: 200, saves: 1 });
  });

  it.each([
    ['a text', 'ann2'],
    ['an object with the id', { documentId: 'ann2' }],
    ['a connected list', { connect: ['ann2'] }],
    ['a connected object', { connect: [{ documentId: 'ann2' }] }],
    ['a set', { set: [{ documentId: 'ann2' }] }],
  ])('is kept by a save that names the stored owner as %s', async (_, owner) => {
    expect(await put('/api/shipments/abc1', { owner, note: 'x' })).toMatchObject({ status: 200, saves: 1 });
  });

  it.each([
    ['a text', 'bob3'],
    ['an object with the id', { documentId: 'bob3' }],
    ['a connected list', { connect: ['bob3'] }],
    ['a set', { set: ['bob3'] }],
    ['nothing', null],
    ['a disconnected list', { disconnect: ['ann2'] }],
    ['an empty set', { set: [] }],
  ])('is changed by a save that names another owner as %s, and the stored one is asked', async (_, owner) => {
    expect(await put('/api/shipments/abc1', { owner })).toMatchObject({ status: 428, saves: 0 });
    expect(lastCode('ann@example.com')).toBeDefined();
  });

  it('is changed through the other record, which is asked at its old address', async () => {
    expect(await put('/api/owners/ann2', { emails: ['rep@example.com'] })).toMatchObject({
      status: 428,
      saves: 0,
    });
    expect(lastCode('ann@example.com')).toBeDefined();
    expect(await put('/api/owners/ann2', { emails: ['ann@example.com'], note: 'x' })).toMatchObject({
      status: 200,
    });
  });

  it.each([
    [200, { contact: { email: 'own@example.com', name: 'Anne' } }],
    [428, { contact: { email: 'rep@example.com', name: 'Ann' } }],
    [428, { contact: { name: 'Anne' } }],
    [428, { contact: 'rep@example.com' }],
    [428, { contact: null }],
    [428, { status: 'Sent' }],
  ])('of the record itself: %i for %j', async (status, data) => {
    expect(await put('/api/letters/abc1', data)).toMatchObject({ status, saves: status === 200 ? 1 : 0 });
    if (status === 428) expect(lastCode('own@example.com')).toBeDefined();
  });
});
