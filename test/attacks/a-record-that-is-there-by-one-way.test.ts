import { expect, test } from 'vitest';
import { openWorld } from '../harness/world.ts';

/*
 * A save that creates its record where there is none is judged as a create where there is none: a new record has no address that could be
 * changed. Whoever names, beside it, what makes one of our reads find nothing would change the address of a record that is there.
 */

const NOTES = '/api/DeliveryNotes';
const STORED = { id: '45', status: 'Created', email: 'ann@example.com' };
const OWN = { id: '45', email: 'rep@example.com' };

/** A CRM that has the record by some ways. */
async function openNotes(isThere: (path: string) => boolean) {
  const world = await openWorld({
    modules: { DeliveryNotes: { dialect: 'rest', path: NOTES, creates: 'upsert' } },
  });
  world.crm.answerWith(({ method, path }, response) => {
    const found = method !== 'GET' || isThere(path);
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ? STORED : {}));
  });
  return world;
}

const WAYS: readonly (readonly [string, (path: string) => boolean])[] = [
  ['without its query', (path) => !path.includes('?')],
  ['with its query', (path) => path.includes('?')],
];

test.each(
  WAYS,
)('the address of a record that is there %s is not changed as that of a new one', async (_, isThere) => {
  const { crm, rep } = await openNotes(isThere);
  expect((await rep.call('POST', `${NOTES}?scope=x`, OWN)).status).toBe(404);
  expect(crm.saves).toEqual([]);
});

test('the address of one that is there in both ways is asked about', async () => {
  const { crm, rep } = await openNotes(() => true);
  expect((await rep.call('POST', `${NOTES}?scope=x`, OWN)).result).toBe('otp-required');
  expect(crm.saves).toEqual([]);
});

test('honest: one that is there in no way is created', async () => {
  const { crm, rep } = await openNotes(() => false);
  expect((await rep.call('POST', `${NOTES}?scope=x`, OWN)).status).toBe(200);
  expect(crm.saves.map(({ path }) => path)).toEqual([`${NOTES}?scope=x`]);
});
