import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { Channel, Dialect, LedgerStore, Plugin, Save } from '../../src/plugin.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { NOTE, repOf } from '../harness/rep.ts';
import { openCrm } from '../harness/world.ts';
import { restModule } from './rest-module.ts';

const fail = (): never => {
  throw new Error('a bug of acme');
};
const reject = async () => fail();

const GOOD: Channel = {
  addressKind: 'email',
  deliver: async () => ({ kind: 'accepted' }),
  close: async () => undefined,
};
const memory = () => createMemoryStore(createHandClock(Date.now()));

type Parts = {
  readonly channel?: () => Channel | Promise<Channel>;
  readonly store?: () => LedgerStore | Promise<LedgerStore>;
  readonly dialect?: Partial<Dialect>;
};

/** A plug-in with one thing of each kind. */
function acme({ channel = () => GOOD, store = memory, dialect = {} }: Parts): Plugin {
  return {
    name: 'acme',
    dialects: { own: { schema: z.strictObject({ path: z.string() }), dialect: restModule(dialect) } },
    channels: { pigeon: { schema: z.strictObject({}), open: channel } },
    stores: { map: { schema: z.strictObject({}), open: store } },
  };
}

/** A gateway with that plug-in, in front of a CRM with one note. */
async function served(parts: Parts) {
  const crm = await openCrm();
  const said: string[] = [];
  const hear = (details: object, message: string) =>
    void said.push(
      `${message}: ${JSON.stringify(details, (_, value) => (value instanceof Error ? value.message : value))}`,
    );
  const log = { debug: () => undefined, info: () => undefined, warn: hear, error: hear };
  const options = {
    ...gatewayOptions(crm.url),
    modules: { DeliveryNotes: { dialect: 'own', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'pigeon' } },
    store: { kind: 'map' },
  };
  const gateway = createGateway(options, { plugins: [acme(parts)], log });
  onTestFinished(gateway.close);
  return { crm, gateway, log: said };
}

describe('a plug-in that fails when it opens', () => {
  test.each([
    ['a channel that throws', { channel: fail }, 'channel email failed in open: a bug of acme'],
    ['a store that throws', { store: fail }, 'store map failed in open: a bug of acme'],
  ])('%s: there is no gateway', async (_, parts, message) => {
    await expect(served(parts)).rejects.toMatchObject({
      code: 'plugin-failed',
      message: `the plug-in acme: ${message}`,
    });
  });

  test.each([
    ['a channel that rejects', { channel: reject }, 'channel email failed in open: a bug of acme'],
    [
      'a channel that is none',
      { channel: async () => ({}) as Channel },
      'a channel has addressKind, deliver and close',
    ],
    ['a store that rejects', { store: reject }, 'store map failed in open: a bug of acme'],
    [
      'a store that is none',
      { store: async () => ({}) as LedgerStore },
      'a store has find, replace, purge and close',
    ],
  ])('%s: the gateway does not listen', async (_, parts, message) => {
    const { gateway } = await served(parts);
    await expect(gateway.listen()).rejects.toMatchObject({
      code: 'plugin-failed',
      message: expect.stringContaining(message),
    });
  });

  test('a channel that is open only later refuses who needs it until then, and nobody else', async () => {
    const { promise, resolve } = Promise.withResolvers<Channel>();
    const { crm, gateway } = await served({ channel: () => promise });
    const server = createServer(gateway.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const rep = repOf(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    expect((await rep.deliver()).result).toBe('otp-unavailable');
    expect((await rep.call('PATCH', NOTE, { subject: 'Three boxes' })).status).toBe(200);
    expect(crm.records.get('45')).toMatchObject({ status: 'Out for delivery', subject: 'Three boxes' });
    resolve(GOOD);
    await gateway.listen();
    expect((await rep.deliver()).result).toBe('otp-required');
  });
});

describe('a plug-in that fails in a call', () => {
  const nothing = undefined as never;
  const saves = (list: readonly Save[]) => ({ kind: 'saves', saves: list, codes: [], body: null }) as const;
  const VALUELESS = new Map([['status', nothing]]);
  const OTHER: Save = { module: 'Others', operation: 'update', id: '45', fields: new Map() };
  test.each([
    ['a channel that throws', { channel: () => ({ ...GOOD, deliver: fail }) }, 'otp-delivery-failed'],
    [
      'a channel that gives nothing',
      { channel: () => ({ ...GOOD, deliver: async () => nothing }) },
      'otp-delivery-failed',
    ],
    ['a store that cannot find', { store: () => ({ ...memory(), find: reject }) }, 'otp-unavailable'],
    [
      'a store that finds nothing at all',
      { store: () => ({ ...memory(), find: async () => nothing }) },
      'otp-unavailable',
    ],
    ['a store that cannot replace', { store: () => ({ ...memory(), replace: reject }) }, 'otp-unavailable'],
    ['a dialect that cannot read', { dialect: { read: fail } }, 'otp-unavailable'],
    [
      'a dialect that reads something else',
      { dialect: { read: () => ({ kind: 'fine' }) as never } },
      'otp-unavailable',
    ],
    ['a dialect that reads a save of nothing', { dialect: { read: () => saves([]) } }, 'otp-unavailable'],
    [
      'a dialect that reads a save of no module',
      { dialect: { read: () => saves([OTHER]) } },
      'otp-unavailable',
    ],
    [
      'a dialect that reads a field without a value',
      { dialect: { read: () => saves([{ ...OTHER, module: 'DeliveryNotes', fields: VALUELESS }]) } },
      'otp-unavailable',
    ],
    [
      'a dialect that does not say what it recognises',
      { dialect: { recognise: () => nothing } },
      'otp-unavailable',
    ],
    ['a dialect that cannot take a batch apart', { dialect: { callsIn: fail } }, 'otp-unavailable'],
    [
      'a dialect that knows no calls of a batch',
      { dialect: { callsIn: () => ({ kind: 'calls', codes: [] }) as never } },
      'otp-unavailable',
    ],
    [
      'a dialect that knows no path of a call',
      {
        dialect: {
          callsIn: () =>
            ({
              kind: 'calls',
              codes: [],
              calls: [{ kind: 'call', method: 'PATCH', headers: [], body: null }],
            }) as never,
        },
      },
      'otp-unavailable',
    ],
    ['a dialect that does not know the record', { dialect: { recordOf: fail } }, 'otp-unavailable'],
    [
      'a dialect that knows no path',
      { dialect: { recordPath: () => 'http://elsewhere.test/' } },
      'otp-unavailable',
    ],
    ['a dialect that cannot refuse', { dialect: { refusal: fail } }, 'otp-required'],
  ])('%s: the guarded save is refused, and what is none passes', async (_, parts: Parts, slug) => {
    const { crm, gateway } = await served(parts);
    const { url } = await gateway.listen();
    const rep = repOf(url);
    const answer = await rep.deliver();
    expect(answer.result).toBe(slug);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(crm.saves).toEqual([]);
    expect((await rep.call('GET', '/elsewhere')).status).toBe(200);
    expect(answer.text).not.toContain('acme');
  });

  test('that has no word for what the CRM answered holds the code, and the log names it', async () => {
    const codes: string[] = [];
    const channel: Channel = {
      ...GOOD,
      deliver: async ({ code }) => {
        codes.push(code);
        return { kind: 'accepted' };
      },
    };
    const { crm, gateway, log } = await served({ channel: () => channel, dialect: { outcomeOf: fail } });
    const { url } = await gateway.listen();
    const rep = repOf(url);
    await rep.deliver();
    const answer = await rep.deliver(codes.at(-1));
    expect([answer.status, answer.code]).toEqual([200, 'held']);
    expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
    expect(log.join('\n')).toContain('the plug-in acme: dialect own failed in outcomeOf: a bug of acme');
  });
});
