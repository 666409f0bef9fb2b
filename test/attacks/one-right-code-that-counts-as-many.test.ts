import { expect, test } from 'vitest';
import { openHidden } from '../harness/hidden.ts';
import { PAYSLIPS, RULE } from '../harness/payslips.ts';
import { until } from '../harness/until.ts';

/** Whoever asks for many codes that nobody reads is refused; four were to be over before anybody looks. */
const limits = { unverified: { atLeast: 4, ratio: 0.5, per: '1h', caller: 'refuse' } } as const;

/** A caller who is sent a code for a record that the CRM finds, and does not show when it is to be read. */
async function openFinding(isShown: () => boolean) {
  const world = await openHidden({ limits });
  const { crm, rep, gateway } = world;
  const { json } = await rep.call('POST', `${RULE}/identify`, { value: '4721' });
  const code = await until(() => gateway.lastCode());
  crm.answerWith(({ path }, response, proceed) => {
    if (isShown() || path !== `${PAYSLIPS}/p1`) return proceed();
    response.writeHead(403).end();
  });
  const give = () => rep.call('POST', `${RULE}/records/${json.record}/grant`, { code });
  const askFor = (value: string) => rep.call('POST', `${RULE}/identify`, { value });
  return { ...world, give, askFor };
}

test('a right code that the CRM refuses the record for counts once, and comes back a few times only', async () => {
  const { gateway, give, askFor } = await openFinding(() => false);
  for (const value of ['1', '2', '3']) await askFor(value);
  const statuses: number[] = [];
  for (let nth = 0; nth < 6; nth++) statuses.push((await give()).status);
  expect(statuses).toEqual([403, 403, 403, 403, 409, 409]);
  gateway.clock.advance(30 * 60_000);
  expect((await askFor('5')).result).toBe('otp-rate-limited');
});

test('honest: the code opens the grant as soon as the CRM shows the record', async () => {
  let isShown = false;
  const { give } = await openFinding(() => isShown);
  expect((await give()).status).toBe(403);
  isShown = true;
  expect((await give()).status).toBe(201);
});
