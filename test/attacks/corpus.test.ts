import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import type { Received } from '../harness/crm.ts';
import { startCrm } from '../harness/crm.ts';
import { deliveryOptions } from '../harness/delivery.ts';
import { openRaw } from '../harness/raw.ts';

/**
 * Requests whose bytes two servers read differently, and honest ones that resemble them. `gated`: refused for want of a code.
 * `rejected`: refused as unreadable. `gated-or-rejected`: one of both. `passes`: forwarded.
 */
type Case = {
  readonly id: string;
  readonly title: string;
  /** The request, with `{{HOST}}`, `{{ID}}` and `{{CL}}` (the length of the body) to be filled in. */
  readonly raw: string;
  readonly encoding: 'utf8' | 'base64';
  readonly expect: 'gated' | 'rejected' | 'gated-or-rejected' | 'passes';
  /** Ends its half of the connection behind the request. */
  readonly fin?: boolean;
  /** Several requests, one behind the other. */
  readonly multi?: boolean;
  readonly assert_upstream?: { readonly contains?: string[]; readonly not_contains?: string[] };
};

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('corpus.json', import.meta.url), 'utf8'));

const ID = '45';
const RECORD = { id: ID, status: 'Created', notes: '', customer: '42', email: 'ann@example.com' };

/** What a lenient CRM would take for the state, in any of its readings. */
const STATE = /de(?:l|%6c)iv|delıv|deliv=65red|\+AEQ-elivered/i;

/** Bytes as they go over the wire. */
function bytesOf({ raw, encoding }: Case, host: string): Buffer {
  const text = Buffer.from(raw, encoding)
    .toString('latin1')
    .replaceAll('{{HOST}}', host)
    .replaceAll('{{ID}}', ID);
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  return Buffer.from(text.replaceAll('{{CL}}', String(body.length)), 'latin1');
}

async function replay(
  attack: Case,
  columns: readonly string[] = [],
): Promise<{ statuses: number[]; received: readonly Received[]; mails: number }> {
  const crm = await startCrm({ records: { [ID]: RECORD } });
  const gateway = createTestGateway(
    deliveryOptions(crm.url, {
      modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values: [...columns] } },
    }),
  );
  crm.answerWith((request, response, proceed) => {
    if (isSave(request)) response.end('{}');
    else proceed();
  });
  const { url } = await gateway.listen();
  const client = await openRaw(Number(new URL(url).port));
  onTestFinished(async () => {
    client.close();
    await crm.close();
    await gateway.close();
  });
  client.send(bytesOf(attack, new URL(url).host));
  if (attack.fin) client.finish();
  const statuses = [(await client.answer()).status];
  if (attack.multi) statuses.push((await client.answer()).status);
  return { statuses, received: crm.received, mails: gateway.outbox.messages().length };
}

function textOf({ path, headers, body }: Received): string {
  return `${path}\n${headers.map((pair) => pair.join(': ')).join('\n')}\n\n${body}`.toLowerCase();
}

function of(...kinds: readonly Case['expect'][]): readonly (readonly [string, Case])[] {
  return cases
    .filter((one) => kinds.includes(one.expect))
    .map((one) => [`${one.id} ${one.title}`, one] as const);
}

const isSave = ({ method }: Received) => method !== 'GET';

describe('nothing that some CRM reads as Delivered arrives without a code', () => {
  it.each(of('gated', 'rejected', 'gated-or-rejected'))('%s', async (_title, attack) => {
    const { statuses, received } = await replay(attack);
    expect(
      received
        .filter(isSave)
        .map(textOf)
        .filter((text) => STATE.test(text)),
    ).toEqual([]);
    // A harmless remainder may pass where a case leaves it open, a read without the body that it came with.
    if (attack.expect === 'gated-or-rejected' && received.length > 0) return;
    for (const status of statuses) expect([0, 400, 403, 413, 415, 422, 428]).toContain(status);
  });
});

/** Whether the request is one that the configuration here knows: a read, or a write to the module's path. */
const isMapped = ([, { raw, encoding }]: readonly [string, Case]) =>
  /^GET |^[A-Z]+ \/api\//.test(Buffer.from(raw, encoding).toString('latin1'));

describe('honest requests pass', () => {
  it.each(of('passes').filter(isMapped))('%s', async (_title, honest) => {
    const { statuses, received, mails } = await replay(honest, ['cf', 'lines', 'a']);
    expect(statuses.filter((status) => status >= 400)).toEqual([]);
    expect(mails).toBe(0);
    const text = received.map(textOf).join('\n');
    for (const wanted of honest.assert_upstream?.contains ?? []) expect(text).toContain(wanted.toLowerCase());
    for (const unwanted of honest.assert_upstream?.not_contains ?? [])
      expect(text).not.toContain(unwanted.toLowerCase());
  });
});
