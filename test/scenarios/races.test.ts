import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { createSqliteStore } from '../../src/stores/sqlite/sqlite.ts';
import { onReads, slow } from '../harness/answers.ts';
import type { Crm } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { type Answered, type Rep, wrongCode } from '../harness/rep.ts';
import { openCrm, openFolder, openGateway, openWorld } from '../harness/world.ts';

/** The rule applies to every save that ends as "Delivered", also about one that changes nothing. */
const ALWAYS = { when: { '==': [{ var: 'record.status' }, 'Delivered'] } };

type Race = { readonly crm: Crm; readonly reps: readonly [Rep, ...Rep[]]; code(): string };
type Place = { readonly config: ConfigInput['store']; readonly store?: LedgerStore };

const setups: readonly (readonly [name: string, places: () => readonly Place[]])[] = [
  ['a memory store', () => [{ config: { kind: 'memory' } }]],
  ['a sqlite file', () => [{ config: { kind: 'sqlite', path: join(openFolder(), 'ledger.db') } }]],
  [
    'a sqlite file that two gateways share',
    () => {
      const config = { kind: 'sqlite', path: join(openFolder(), 'ledger.db') } as const;
      return [1, 2].map(() => ({ config, store: farAway(createSqliteStore(config)) }));
    },
  ],
];

/** A ledger as far away as one across a network: between a step's reading and its writing, others take theirs. */
function farAway(store: LedgerStore): LedgerStore {
  return {
    ...store,
    async find(key) {
      const found = await store.find(key);
      await pause(1);
      return found;
    },
    async replace(next, expected) {
      await pause(1);
      return store.replace(next, expected);
    },
  };
}

async function openRace(
  places: readonly Place[],
  changes: Parameters<typeof deliveryRule>[0] = {},
): Promise<Race> {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, {
    rules: [deliveryRule({ ...ALWAYS, ...changes })],
    hashing: { queue: 1000 },
    limits: NO_LIMITS,
  });
  const opened = await Promise.all(
    places.map(({ config, store }) =>
      openGateway(
        { ...options, store: config },
        { channels: { email: outbox }, ...(store ? { store } : {}) },
      ),
    ),
  );
  const [first, ...others] = opened.map(({ rep }) => rep);
  if (!first) throw new Error('a race without a gateway');
  return { crm, reps: [first, ...others], code: () => outbox.lastCode() ?? '' };
}

/** The same call by every rep in turn, all at once. */
function atOnce(reps: readonly Rep[], count: number, call: (rep: Rep, index: number) => Promise<Answered>) {
  const calls = Array.from({ length: count }, (_, index) => {
    const rep = reps[index % reps.length];
    return rep ? call(rep, index) : Promise.reject(new Error('no rep'));
  });
  return Promise.all(calls);
}

describe.each(setups)('with %s', (_name, places) => {
  test('of 50 parallel saves with the right code exactly one reaches the CRM', async () => {
    const { crm, reps, code } = await openRace(places());
    await reps[0].deliver();
    const answers = await atOnce(reps, 50, (rep) => rep.deliver(code()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
    expect(crm.saves).toHaveLength(1);
  });

  test('of 60 parallel wrong codes exactly three are compared, and the right one is dead after them', async () => {
    const { crm, reps, code } = await openRace(places());
    await reps[0].deliver();
    const answers = await atOnce(reps, 60, (rep, index) => rep.deliver(wrongCode(code(), index + 1)));
    const compared = answers.filter(({ status }) => status === 403);
    expect(compared).toHaveLength(3);
    expect(compared.map(({ json }) => json.rules?.[0]?.attempts_remaining)).toContain(0);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(57);
    expect((await reps[0].deliver(code())).result).toBe('otp-attempts-exhausted');
    expect(crm.saves).toHaveLength(0);
  });

  test('a wrong code beside the right one never makes the right one fail while attempts are left', async () => {
    const { crm, reps, code } = await openRace(places(), {
      code: { maxAttempts: 100, cooldown: '0s', maxResends: 100 },
    });
    for (let round = 1; round <= 6; round++) {
      const asked = await reps[0].deliver();
      expect(asked.result).toBe('otp-required');
      const answers = await atOnce(reps, 6, (rep, index) =>
        rep.deliver(index === round % 6 ? code() : wrongCode(code(), index + 1)),
      );
      expect(answers[round % 6]?.status).toBe(200);
      expect(crm.saves).toHaveLength(round);
    }
  });

  test('many saves without a code send one code', async () => {
    const { crm, reps } = await openRace(places());
    const answers = await atOnce(reps, 20, (rep) => rep.deliver());
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([428]));
    expect((await reps[0].standing()).json.resends_remaining).toBe(3);
    expect(crm.saves).toHaveLength(0);
  });
});

test('where the first save makes the others say nothing new, they pass, and the code was still spent once', async () => {
  const { crm, reps, code } = await openRace([{ config: { kind: 'memory' } }], {
    when: { changed_to: ['status', 'Delivered'] },
  });
  await reps[0].deliver();
  const answers = await atOnce(reps, 20, (rep) => rep.deliver(code()));
  expect(answers.filter((answer) => answer.code === 'used')).toHaveLength(1);
  expect(crm.saves[0]?.body.toString()).toBe('{"status":"Delivered"}');
  expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
});

test('50 saves with the right code, of a change that can happen once, reach the CRM once', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  const newest = code();
  const answers = await Promise.all(Array.from({ length: 50 }, () => rep.deliver(newest)));
  expect(crm.saves).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const others = answers.filter(({ status }) => status !== 200).map(({ result }) => result ?? '');
  expect(others.filter((result) => !['otp-used', 'otp-in-progress'].includes(result))).toEqual([]);
  expect(await rep.call('GET', '/api/DeliveryNotes/45')).toMatchObject({ json: { status: 'Delivered' } });
  expect((await rep.deliver(newest)).result).toBe('otp-used');
  expect((await rep.deliver(newest, { subject: 'Three boxes' })).status).toBe(200);
});

test('saves that differ, and came in before the code was spent by one of them, are overtaken too', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  const newest = code();
  crm.answerWith(onReads(slow(300)));
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => rep.deliver(newest, { subject: `Box ${index}` })),
  );
  expect(crm.saves).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});
