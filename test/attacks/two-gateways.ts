import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Message } from '../../src/core/rule/message.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, NO_LIMITS } from '../harness/delivery.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { type GatewayProcess, pidsIn, serve } from '../scenarios/gateway-process.ts';

/** Two gateways with two workers each on one ledger, in front of a CRM with four records. */
export async function openSite(store: NonNullable<ConfigInput['store']>) {
  const records = Object.fromEntries(['1', '2', '3', '4'].map((id) => [id, { ...STORED, id }]));
  const crm = await openCrm({ records });
  const outbox = join(openFolder(), 'outbox');
  const options: Parameters<typeof serve>[1] = {
    version: 1,
    workers: 2,
    listen: { port: 0 },
    admin: false,
    publicUrl: 'https://confirm.example.com',
    upstream: { url: crm.url },
    store,
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox', folder: outbox } },
    limits: NO_LIMITS,
    rules: [
      deliveryRule({
        // Whatever is stored by then, it asks about each of them.
        when: { '==': [{ var: 'record.status' }, 'Delivered'] },
        confirm: 'page',
        send: { to: [{ channel: 'email', address: 'email' }], message: '{{code}} {{link}}' },
      }),
    ],
  };
  const [one, two] = await Promise.all([serve(openFolder(), options), serve(openFolder(), options)]);
  const newest = () => {
    const [name = ''] = readdirSync(outbox).sort().reverse();
    return JSON.parse(readFileSync(join(outbox, name), 'utf8')) as Message;
  };
  const deliver = (at: GatewayProcess, id: string, code?: string, fields = {}) => {
    const headers: Record<string, string> = code === undefined ? {} : { 'OTPRULES-OTP-7': code };
    return at.rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered', ...fields }, headers);
  };
  /** Sends the same save on many connections to both, in turn. */
  const race = (racers: number, id: string, code?: string) => {
    const carried = code === undefined ? [] : [`OTPRULES-OTP-7: ${code}`];
    const headers = ['Authorization: Bearer rep', 'Content-Type: application/json', 'Connection: close'];
    const save = rawRequest(
      `PATCH /api/DeliveryNotes/${id}`,
      [...headers, ...carried],
      '{"status":"Delivered"}',
    );
    return Array.from({ length: racers }, (_, index) =>
      sendRaw(Number(new URL((index % 2 === 0 ? two : one).url).port), save).then(({ status }) => status),
    );
  };
  return {
    one,
    two,
    newest,
    deliver,
    race,
    pids: (gateway: GatewayProcess) => pidsIn(gateway),
    saved: (id: string) => crm.saves.filter(({ path }) => path.endsWith(`/${id}`)).length,
  };
}

/** Ends what was started, when the test is over. */
export function onceOver(end: () => Promise<void>): void {
  onTestFinished(end, 60_000);
}
