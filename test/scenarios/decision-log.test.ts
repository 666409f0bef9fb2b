import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { CountersignError } from '../../src/core/fault.ts';
import type { Adapters } from '../../src/gateway/gateway.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createLog } from '../../src/system/log.ts';
import { hang, onReads, onSaves, refuse } from '../harness/answers.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions, PATIENCE } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACED = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, tracestate: 'congo=t61rcWkgMzE' };

type Line = Readonly<Record<string, unknown>>;

/** A gateway whose log is read as an operator gets it. */
async function openLogged(changes: Partial<ConfigInput> = {}, adapters: Adapters = {}) {
  const crm = await openCrm();
  const written: string[] = [];
  let code = '';
  const log = createLog({ level: 'info', destination: { write: (line: string) => void written.push(line) } });
  const options = gatewayOptions(crm.url, { ...changes, upstream: { url: crm.url, timeout: PATIENCE } });
  const { rep } = await openGateway(options, {
    log,
    channels: {
      email: {
        addressKind: 'email',
        deliver: async (message) => {
          code = message.code;
          return { kind: 'accepted' };
        },
        close: async () => undefined,
      },
    },
    ...adapters,
  });
  const decisions = () =>
    written.map((line) => JSON.parse(line) as Line).filter((line) => 'decision' in line);
  /** The last line about a decision, once there are so many. */
  const decision = (count: number) => until(() => decisions().length >= count && decisions().at(-1));
  return { crm, rep, code: () => code, text: () => written.join(''), decisions, decision };
}

const times = { gateMs: expect.any(Number), ms: expect.any(Number) };

describe('a guarded request has one line in the log', () => {
  test('which says by which rules and clauses it was refused, how long that took, and of which trace it is', async () => {
    const { rep, decision, decisions } = await openLogged();
    const refused = await rep.call('PATCH', NOTE, { status: 'Delivered' }, TRACED);
    expect(await decision(1)).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'save judged',
      decision: expect.stringMatching(/^[\w-]{16,}$/),
      request: refused.headers.get('x-request-id'),
      trace: TRACE,
      user: '',
      method: 'PATCH',
      path: '/api/DeliveryNotes/*',
      modules: ['DeliveryNotes'],
      verdict: 'otp-required',
      rules: ['7'],
      why: [
        {
          rule: '7',
          about: 'criteria',
          why: ['changed_to status Delivered'],
          mode: 'enforce',
        },
      ],
      ...times,
    });
    expect(decisions()).toHaveLength(1);
  });

  test('and where it was countersigned, what the CRM answered and what became of the save', async () => {
    const { rep, code, decision, text } = await openLogged();
    await rep.deliver();
    await rep.deliver(code());
    expect(await decision(2)).toMatchObject({
      verdict: 'countersigned',
      rules: ['7'],
      crm: 200,
      outcome: 'saved',
    });
    expect(text()).not.toContain(code());
    expect(text()).not.toContain(STORED['email']);
  });

  test('and where no rule applied, the same with no rules', async () => {
    const { crm, rep, decision, decisions } = await openLogged();
    await rep.call('PATCH', NOTE, { note: 'x' });
    expect(await decision(1)).toMatchObject({ verdict: 'pass', rules: [], why: [], crm: 200, ...times });
    crm.answerWith(onSaves(refuse(422)));
    await rep.call('PATCH', NOTE, { note: 'x' });
    expect(await decision(2)).toMatchObject({ verdict: 'pass', crm: 422 });
    expect(new Set(decisions().map(({ decision: id }) => id)).size).toBe(2);
  });

  test('and where the CRM does not answer, none of its status', async () => {
    const { crm, rep, code, decision } = await openLogged();
    await rep.deliver();
    crm.answerWith(onSaves(hang));
    expect((await rep.deliver(code())).status).toBe(504);
    const line = await decision(2);
    expect(line).toMatchObject({ verdict: 'countersigned', outcome: 'unknown' });
    expect(line).not.toHaveProperty('crm');
  });

  test('and where the CRM does not show the record, its status', async () => {
    const { crm, rep, decision } = await openLogged();
    crm.answerWith(onReads(refuse(403)));
    expect((await rep.deliver()).status).toBe(403);
    expect(await decision(1)).toMatchObject({ verdict: 'handed-on', crm: 403 });
  });

  test('and where it could not be judged, that it failed', async () => {
    const memory = createMemoryStore(systemClock);
    const find = async () => {
      throw new CountersignError('store-unavailable', 'it is gone');
    };
    const { rep, decision, decisions } = await openLogged({}, { store: { ...memory, find } });
    expect((await rep.deliver()).status).toBe(503);
    expect(await decision(1)).toMatchObject({ verdict: 'failed', rules: [], ms: expect.any(Number) });
    expect(decisions()).toHaveLength(1);
  });

  test('also if it only wants to see a record', async () => {
    const { rep, decision } = await openLogged({
      rules: [deliveryRule({ on: ['read'], when: true, grant: { idle: '30m', absolute: '24h' } })],
    });
    expect((await rep.call('GET', NOTE, undefined, TRACED)).status).toBe(428);
    expect(await decision(1)).toMatchObject({ msg: 'read judged', verdict: 'otp-required', trace: TRACE });
  });

  test.each([
    [
      'an unmapped write',
      'POST',
      '/api/Invoices/4711/lines',
      '{}',
      'unmapped-write',
      '/api/Invoices/*/lines',
    ],
    [
      'an odd spelling',
      'PATCH',
      '/api//DeliveryNotes/45',
      '{}',
      'request-unreadable',
      '/api//DeliveryNotes/*',
    ],
    ['a body in doubt', 'PATCH', NOTE, '{"a":1,"a":2}', 'request-unreadable', '/api/DeliveryNotes/*'],
  ])('also if it is refused unjudged: %s', async (_, method, path, body, slug, pattern) => {
    const { rep, decision, decisions } = await openLogged();
    const refused = await rep.call(method, path, body, TRACED);
    expect(refused.result).toBe(slug);
    expect(await decision(1)).toMatchObject({
      msg: 'a request was refused unjudged',
      request: refused.headers.get('x-request-id'),
      trace: TRACE,
      verdict: slug,
      rules: [],
      method,
      path: pattern,
      detail: refused.json['detail'],
    });
    expect(decisions()).toHaveLength(1);
  });

  test('which names no trace that its sender did not spell as the standard has it', async () => {
    const { rep, decision } = await openLogged();
    await rep.call('PATCH', NOTE, { note: 'x' }, { traceparent: 'paula@example.test' });
    expect(await decision(1)).not.toHaveProperty('trace');
  });
});

describe('the trace of a request', () => {
  const tracesIn = (headers: readonly (readonly [string, string])[]) =>
    Object.fromEntries(headers.filter(([name]) => /^trace/i.test(name)));

  test('goes on to the CRM untouched: with what is streamed, with a save, and with our own read of the record', async () => {
    const { crm, rep, code } = await openLogged();
    await rep.call('GET', '/api/Invoices/1', undefined, TRACED);
    await rep.call('PATCH', NOTE, { status: 'Delivered' }, TRACED);
    await rep.call('PATCH', NOTE, { status: 'Delivered' }, { ...TRACED, 'OTPRULES-OTP-7': code() });
    expect(crm.received.map(({ method, headers }) => [method, tracesIn(headers)])).toEqual(
      ['GET', 'GET', 'GET', 'PATCH'].map((method) => [method, TRACED]),
    );
  });

  test('is passed on also where it is not valid: it is not ours', async () => {
    const { crm, rep } = await openLogged();
    await rep.call('PATCH', NOTE, { note: 'x' }, { traceparent: 'of another standard' });
    expect(crm.saves.map(({ headers }) => tracesIn(headers))).toEqual([
      { traceparent: 'of another standard' },
    ]);
  });
});
