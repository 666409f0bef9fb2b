import { expect, test } from 'vitest';
import { openWorld } from '../harness/world.ts';

const CODE = '/_countersign/rules/7/records/45/code';
const PAGE = 'https://elsewhere.example.com';
const from = (site: string) => ({ Origin: PAGE, 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors' });

test.each(['cross-site', 'same-site'])('a page that is not listed (%s) has no code sent', async (site) => {
  for (const cors of [undefined, { origins: ['https://app.example.com'], credentials: true }]) {
    const { crm, gateway, rep } = await openWorld(cors ? { cors } : {});
    const { status, result } = await rep.call('POST', CODE, undefined, from(site));
    expect([status, result]).toEqual([403, 'request-unreadable']);
    expect(gateway.outbox.messages()).toEqual([]);
    expect(crm.received).toEqual([]);
  }
});

test('a page that is listed, one of the same origin, and a program are sent one', async () => {
  const cors = { origins: [PAGE], credentials: true };
  for (const [options, headers] of [
    [{ cors }, from('cross-site')],
    [{}, from('same-origin')],
    [{}, from('none')],
    [{}, {}],
  ] as const) {
    const { rep } = await openWorld(options);
    expect((await rep.call('POST', CODE, undefined, headers)).status).toBe(201);
  }
});

test('a save of such a page is for the CRM to judge, as before', async () => {
  const { crm, rep } = await openWorld();
  const saved = await rep.call('PATCH', '/api/DeliveryNotes/45', { note: 'x' }, from('cross-site'));
  expect(saved.status).toBe(200);
  expect(crm.saves).toHaveLength(1);
});
