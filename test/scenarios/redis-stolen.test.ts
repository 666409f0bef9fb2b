import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hash as argon2, argon2id } from 'argon2';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Row } from '../../src/core/ledger/row.ts';
import { createCodeHasher } from '../../src/system/hasher.ts';
import { onSaves, refuse } from '../harness/answers.ts';
import { deliveryRule, NO_LIMITS, SECRET } from '../harness/delivery.ts';
import { foundByArgon2, foundByDigest, lootOf, spellingsOf } from '../harness/guess.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';
import { type RedisServer, startRedis } from '../harness/redis-server.ts';
import { wrongCode } from '../harness/rep.ts';
import { deliver, inFile, notes, onRedis, openSite } from '../harness/sites.ts';

let redis: RedisServer;
beforeAll(async () => {
  await findRedisProgram();
  redis = await startRedis();
}, 240_000);
afterAll(() => redis.stop());

/** Every byte that is there, and the rows in it. */
type Dump = { readonly bytes: string; readonly rows: readonly string[] };

async function dumpOfRedis(): Promise<Dump> {
  const client = new Redis(redis.url);
  const bytes: string[] = [];
  const rows: string[] = [];
  for (const key of await client.keys('*')) {
    const raw = (await client.dumpBuffer(key)) ?? Buffer.alloc(0);
    const fields = await client.hgetall(key);
    bytes.push(key, raw.toString('latin1'), JSON.stringify(fields));
    rows.push(fields['row'] ?? '');
  }
  client.disconnect();
  return { bytes: bytes.join('\n'), rows };
}

async function dumpOfFile(store: ConfigInput['store']): Promise<Dump> {
  const path = store.kind === 'sqlite' ? store.path : '';
  const file = new DatabaseSync(path, { readOnly: true });
  const tables = file.prepare("select name from sqlite_master where type = 'table'").all();
  const rows = tables.flatMap(({ name }) => file.prepare(`select * from "${name}"`).all());
  file.close();
  const beside = readdirSync(dirname(path)).map((name) => readFileSync(join(dirname(path), name), 'latin1'));
  return {
    bytes: beside.join('\n'),
    rows: rows.flatMap(({ row }) => (typeof row === 'string' ? [row] : [])),
  };
}

/** What a hash costs says nothing of what it is made of: whoever guesses pays it too. */
const PRICE = { timeCost: 1, memoryKiB: 64 } as const;
const emailOf = (id: string) => `Ann.of.Cleves.${id}x@Kings-Court.example.com`;

const stores: readonly (readonly [
  string,
  () => ConfigInput['store'],
  (store: ConfigInput['store']) => Promise<Dump>,
])[] = [
  ['Redis', () => onRedis(redis.url), dumpOfRedis],
  ['the sqlite file', inFile, dumpOfFile],
];

describe.each(stores)('who has everything in %s, and not the secret,', (_name, storeOf, dumpOf) => {
  /** Codes that live, were sent again, superseded, used, held and guessed at; and what then lies in the ledger. */
  async function steal() {
    const store = storeOf();
    const codes: string[] = [];
    const again = { code: { length: 4, cooldown: '0s', resend: 'same' } } as const;
    const anew = {
      id: 8,
      name: 'Again',
      when: { changed_to: ['status', 'Lost'] },
      code: { length: 4, cooldown: '0s' },
    };
    const site = await openSite({
      store,
      hasher: createCodeHasher({ secrets: [SECRET], ...PRICE }),
      rules: [deliveryRule(again), deliveryRule(anew)],
      limits: NO_LIMITS,
      crm: { records: notes(5, emailOf) },
    });
    const [rep] = site.reps;
    const ask = async (id: string) => {
      await deliver(rep, id);
      codes.push(site.code());
      return site.code();
    };
    await ask('1');
    await rep.call('POST', '/_countersign/rules/7/records/1/code');
    await deliver(rep, '2', await ask('2'));
    await deliver(rep, '3', wrongCode(await ask('3')));
    site.crm.answerWith(onSaves(refuse(500)));
    await deliver(rep, '4', await ask('4'));
    for (let sends = 0; sends < 3; sends++) {
      await rep.call('POST', '/_countersign/rules/8/records/5/code');
      codes.push(site.code());
    }
    return { codes, dump: await dumpOf(store) };
  }

  test('finds no code by trying all of them, and no address', { timeout: 240_000 }, async () => {
    const { codes, dump } = await steal();
    expect(codes).toHaveLength(7);
    const rows = dump.rows.map((row) => JSON.parse(row) as Row);
    const loot = lootOf(dump.rows.join('\n'));
    const names = rows.flatMap(({ key, code }) => (code ? [key, code.id] : []));
    expect(names.length).toBeGreaterThanOrEqual(10);
    // Whoever tries all of them tries the right ones; the others cost as much and say nothing.
    expect(foundByDigest(loot, codes, [...loot.keys, ...names])).toEqual([]);
    const tried = await foundByArgon2(loot, codes, ['DeliveryNotes'], PRICE);
    expect(tried.verifiers).toBeGreaterThanOrEqual(7);
    expect(tried.found).toEqual([]);

    const bytes = dump.bytes.toLowerCase();
    expect(bytes.length).toBeGreaterThan(5000);
    for (const id of ['1', '2', '3', '4', '5']) {
      const [local = ''] = emailOf(id).split('@');
      for (const text of [emailOf(id), local]) {
        for (const spelling of spellingsOf(text)) expect(bytes.includes(spelling), spelling).toBe(false);
        expect(foundByDigest(loot, [text, text.toLowerCase(), text.toUpperCase()], loot.keys)).toEqual([]);
      }
    }
  });
});

test('The search finds what a careless ledger would keep', async () => {
  const salt = Buffer.alloc(16, 7);
  const { timeCost, memoryKiB: memoryCost } = PRICE;
  const cost = { type: argon2id, timeCost, memoryCost, parallelism: 1, hashLength: 32, raw: true } as const;
  const sha = (text: string) => createHash('sha256').update(text).digest();
  const kept: readonly (readonly [string, Buffer])[] = [
    ['0001', sha('0001')],
    ['0002', createHmac('sha256', 'some-key-of-a-row').update('0002').digest()],
    ['0003', createHash('sha256').update(salt).update('0003').digest()],
    ['0004', createHmac('sha256', salt).update('0004').digest()],
  ];
  for (const [code, digest] of kept) {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const text = JSON.stringify({
        key: 'some-key-of-a-row',
        salt: salt.toString('base64'),
        is: digest.toString(encoding),
      });
      expect(foundByDigest(lootOf(text), ['0000', code], lootOf(text).keys)).toEqual([code]);
    }
  }
  const plain = await argon2('0005', { ...cost, salt });
  const text = `v1$abcdefgh$${salt.toString('base64url')}$${plain.toString('base64url')}`;
  expect((await foundByArgon2(lootOf(text), ['0004', '0005'], [''], PRICE)).found).toEqual(['0005']);
  for (const form of ['Ann.of@example.com', Buffer.from('ann.of@example.com').toString('base64')])
    expect(spellingsOf('Ann.of@example.com').some((one) => form.toLowerCase().includes(one))).toBe(true);
});
