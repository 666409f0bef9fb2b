import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * While the secret is rotated, one gateway names new rows by the new secret and another one still by the old one; both know both. Whoever asks
 * both at once for a code of a record of which nothing is stored has a row made by each.
 */

const OLD = 'the secret that goes away, as long as it has to be';
const NEW = 'the secret that comes after it, as long as it has to be';

/** A ledger that keeps the first rows of codes only once there are two of them. */
function keptTogether(): LedgerStore {
  const store = createMemoryStore(systemClock);
  const both = Promise.withResolvers<void>();
  let first = 0;
  return {
    ...store,
    async replace(row, expected) {
      if (expected === 0 && (row as { kind?: string }).kind === 'code') {
        if (++first === 2) both.resolve();
        await both.promise;
      }
      return store.replace(row, expected);
    },
    close: async () => undefined,
  };
}

async function openSite(store: LedgerStore) {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const repWith = async (...secret: string[]) => {
    const options = gatewayOptions(crm.url, { secret, limits: NO_LIMITS });
    return (await openGateway(options, { store, channels: { email: outbox } })).rep;
  };
  const reps = [await repWith(OLD, NEW), await repWith(NEW, OLD)] as const;
  return { crm, outbox, reps, repWith, codes: () => outbox.messages().map(({ code }) => code) };
}

test('wrong codes count together, whichever gateway made which row', async () => {
  const { crm, reps, codes } = await openSite(keptTogether());
  await Promise.all(reps.map((rep) => rep.deliver()));
  const [one = '', two = ''] = codes();
  const wrong = [1, 2, 3]
    .map((nth) => wrongCode(one, nth))
    .map((code) => (code === two ? wrongCode(one, 4) : code));
  const left: unknown[] = [];
  for (const [index, code] of wrong.entries()) {
    const answer = await reps[index % 2 === 0 ? 0 : 1].deliver(code);
    left.push(answer.json.rules?.[0]?.attempts_remaining);
  }
  expect(left).toEqual([2, 1, 0]);
  for (const rep of reps) expect((await rep.deliver(one)).result).toBe('otp-attempts-exhausted');
  for (const rep of reps) expect((await rep.deliver(two)).result).toBe('otp-attempts-exhausted');
  expect(crm.saves).toEqual([]);
});

test('honest: a code of either is good at the other, once', async () => {
  const { crm, reps, codes } = await openSite(createMemoryStore(systemClock));
  for (const [asks, saves] of [reps, [...reps].reverse() as [(typeof reps)[0], (typeof reps)[0]]]) {
    await asks.deliver();
    const code = codes().at(-1);
    expect((await saves.deliver(code)).code).toBe('used');
    crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
    expect((await asks.deliver(code)).result).toBe('otp-used');
  }
  expect(crm.saves).toHaveLength(2);
});

test('honest: what is kept while both are known is known once the old one is gone', async () => {
  const { crm, reps, repWith, outbox } = await openSite(createMemoryStore(systemClock));
  const notes = ['1', '2', '3', '4', '5', '6'];
  for (const id of notes) crm.records.set(id, { ...crm.records.get('45'), id, email: `c${id}@example.com` });
  const rotated = await repWith(NEW);
  const save = (rep: typeof rotated, id: string, headers = {}) =>
    rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' }, headers);
  for (const id of notes) {
    expect((await save(reps[1], id)).status).toBe(428);
    const { code } = outbox.messages().at(-1) ?? {};
    expect((await save(rotated, id, { 'OTPRULES-OTP-7': code })).status).toBe(200);
  }
  expect(crm.saves).toHaveLength(notes.length);
});
