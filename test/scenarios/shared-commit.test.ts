import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Message } from '../../src/core/rule/message.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, NO_LIMITS } from '../harness/delivery.ts';
import { makeSlowDisk } from '../harness/slow-disk.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { comeAfter, serve } from './gateway-process.ts';

const disk = makeSlowDisk();
afterAll(() => disk?.remove());

const IDS = ['101', '102', '103', '104', '105', '106'];
const records = Object.fromEntries(IDS.map((id) => [id, { ...STORED, id }]));

function options(folder: string, url: string): Omit<ConfigInput, 'secret'> {
  return {
    version: 1,
    listen: { port: 0 },
    admin: false,
    upstream: { url },
    store: { kind: 'sqlite', path: join(folder, 'ledger.db') },
    audit: { kind: 'file', path: join(folder, 'audit.jsonl') },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
    limits: NO_LIMITS,
    // Applies to every save that ends as "Delivered", whatever is stored by then.
    rules: [deliveryRule({ when: { '==': [{ var: 'record.status' }, 'Delivered'] } })],
  };
}

const SAVE = { status: 'Delivered' };
const path = (id: string) => `/api/DeliveryNotes/${id}`;

function codesIn(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(join(folder, 'outbox')).sort();
  const messages = files.map(
    (name) => JSON.parse(readFileSync(join(folder, 'outbox', name), 'utf8')) as Message,
  );
  return new Map(messages.map(({ record, code }) => [String(record), code]));
}

// Where no C compiler is, a process cannot be killed at that moment.
describe.skipIf(!disk)('a gateway that is killed between a commit that steps share and its answers', () => {
  test.each([1, 2, 3])('saves nothing twice and lets no code go: at sync %i of the ledger', async (after) => {
    const crm = await openCrm({ records });
    const folder = openFolder();
    const first = await serve(folder, options(folder, crm.url));
    await Promise.all(IDS.map((id) => first.rep.call('PATCH', path(id), SAVE)));
    await first.kill();
    const codes = codesIn(folder);
    expect([...codes.keys()].sort()).toEqual(IDS);

    const env = disk?.env({ ms: 20, kill: { after, file: 'ledger.db-wal' } }) ?? {};
    const dying = await serve(folder, options(folder, crm.url), { env });
    const headers = (id: string) => ({ 'OTPRULES-OTP-7': codes.get(id) ?? '' });
    const lost = await Promise.allSettled(
      IDS.map((id) => dying.rep.call('PATCH', path(id), SAVE, headers(id))),
    );
    expect(lost.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    const early = crm.saves.map((save) => save.path);

    const next = await comeAfter(options(folder, crm.url));
    for (const id of IDS) {
      // Another save never gets a code that was claimed; the same one may, where it is not known to have been saved.
      const other = await next.rep.call('PATCH', path(id), { ...SAVE, signature: 'Ann' }, headers(id));
      if (early.includes(path(id))) expect(other.status).not.toBe(200);
    }
    for (const id of IDS)
      expect(crm.saves.filter((save) => save.path === path(id)).length).toBeLessThanOrEqual(1);
  }, 240_000);
});
