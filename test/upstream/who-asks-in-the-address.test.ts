import { beforeEach, describe, expect, it } from 'vitest';
import { shareStage } from '../harness/shared-stage.ts';

/*
 * Redmine takes a key from `?key=` as well as from a header, and goes by the one in the address where it has both. Whoever asks so is shown what
 * they save, by this record's module and by that of the customer's address; a key of one who is not shown it opens nothing.
 */

const keys: (string | null)[] = [];
const ISSUE = { id: '1', status: 'Open', customer: '9' };

const { get, lastCode, received, send, writes } = shareStage(
  ({ method, pathname, query }) => {
    if (method === 'GET') keys.push(query.get('key'));
    if (query.get('key') !== 'rep') return { status: 401, body: {} };
    return {
      status: 200,
      body: pathname.startsWith('/issues') ? ISSUE : { id: '9', email: 'ann@example.com' },
    };
  },
  {
    modules: {
      issues: { dialect: 'rest', path: '/issues', credentialQuery: ['key'] },
      customers: { dialect: 'rest', path: '/customers', credentialQuery: ['key'] },
      slips: { dialect: 'rest', path: '/slips', credentialQuery: ['key'] },
    },
    rules: [
      {
        id: 7,
        name: 'Closed',
        module: 'issues',
        when: { changed_to: ['status', 'Closed'] },
        send: {
          to: [
            {
              channel: 'email',
              address: { via: 'customer', module: 'customers', field: 'email', reverse: 'none' },
            },
          ],
        },
      },
      {
        id: 8,
        name: 'Slip',
        module: 'slips',
        on: ['read'],
        when: true,
        send: { to: [{ channel: 'email', address: 'email' }] },
      },
    ],
  },
);

const put = (path: string, headers: readonly string[] = []) =>
  send(`PUT ${path}`, { status: 'Closed' }, headers);

beforeEach(() => {
  keys.length = 0;
});

describe('who asks in the address', () => {
  it('goes with the reads by which a save is judged, which are as many as without', async () => {
    expect((await put('/issues/1?key=rep')).status).toBe(428);
    expect(keys).toEqual(['rep', 'rep']);
    const code = lastCode('ann@example.com');
    expect((await put('/issues/1?key=rep', [`OTPRULES-OTP-7: ${code}`])).status).toBe(200);
    expect(writes().map(({ path }) => path)).toEqual(['/issues/1?key=rep']);
  });

  it('is beside what steers a save, which is read a second time', async () => {
    expect((await put('/issues/1?key=rep&locale=fr')).status).toBe(428);
    expect(new Set(keys)).toEqual(new Set(['rep']));
  });

  it.each([
    '/issues/1',
    '/issues/1?key=stranger',
    '/issues/1?Key=rep',
    '/issues/1?key=stranger&key=rep',
    '/issues/1?key[]=rep',
  ])('opens nothing where the CRM does not know them: %s', async (path) => {
    const { status } = await put(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).not.toBe(428);
    expect(writes()).toEqual([]);
  });

  it('opens a record whose reads are guarded with the code that its customer got', async () => {
    expect((await get('/slips/9?key=rep')).status).toBe(428);
    const shown = await get('/slips/9?key=rep', [`OTPRULES-OTP-8: ${lastCode('ann@example.com')}`]);
    expect([shown.status, String(shown.body)]).toEqual([200, '{"id":"9","email":"ann@example.com"}']);
    expect(new Set(received().map(({ path }) => path))).toEqual(new Set(['/slips/9?key=rep']));
  });

  it.each([
    '/slips/9?key=rep&net__gt=5',
    '/slips/9?key=rep;net__gt=5',
    '/slips/9?Key=rep',
    '/slips/9?key[]=rep',
    '/slips/9?key=stranger',
    '/slips/9',
  ])('shows nothing of such a record, nor asks its customer: %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).not.toBe(428);
    expect(String(body)).not.toContain('ann');
  });
});
