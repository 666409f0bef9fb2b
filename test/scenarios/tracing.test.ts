import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hang, onSaves, refuse } from '../harness/answers.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, PATIENCE } from '../harness/delivery.ts';
import { NOTE, repOf } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openWorld } from '../harness/world.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const TRACED = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'congo=t61rcWkgMzE' };

const exporter = new InMemorySpanExporter();

/** The SDK as an operator loads it. */
beforeEach(() => {
  exporter.reset();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
});
afterEach(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

const named = (spans: readonly ReadableSpan[], name: string) => spans.filter((span) => span.name === name);

/** The spans, once those of this name are so many. */
const spansOnce = (name: string, count: number) =>
  until(() => named(exporter.getFinishedSpans(), name).length >= count && exporter.getFinishedSpans());

/** The first span of this name; there has to be one. */
function first(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const [span] = named(spans, name);
  if (!span) throw new Error(`there is no span ${name}`);
  return span;
}

const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

describe('with an SDK', () => {
  test('a guarded request is one span below its sender, with its steps below it', async () => {
    const { rep, code } = await openWorld();
    await rep.call('PATCH', NOTE, { status: 'Delivered' }, TRACED);
    const asked = await spansOnce('countersign.guard', 1);
    const refused = first(asked, 'countersign.guard');
    expect(refused.kind).toBe(SpanKind.SERVER);
    expect([refused.spanContext().traceId, parentOf(refused)]).toEqual([TRACE, PARENT]);
    expect(refused.attributes).toEqual({
      'countersign.module': 'DeliveryNotes',
      'countersign.dialect': 'rest',
      'countersign.verdict': 'otp-required',
      'countersign.rules': ['7'],
    });
    expect(asked.map(({ name }) => name)).toEqual([
      'countersign.read_record',
      'countersign.hash',
      'countersign.deliver',
      'countersign.guard',
    ]);
    expect(first(asked, 'countersign.deliver').attributes).toEqual({
      'countersign.channel': 'email',
      'countersign.result': 'accepted',
    });
    expect(first(asked, 'countersign.read_record').attributes).toEqual({
      'countersign.module': 'DeliveryNotes',
      'countersign.result': 'found',
    });
    for (const step of asked.slice(0, -1)) expect(parentOf(step)).toBe(refused.spanContext().spanId);

    exporter.reset();
    await rep.call('PATCH', NOTE, { status: 'Delivered' }, { ...TRACED, 'OTPRULES-OTP-7': code() });
    const answered = await spansOnce('countersign.guard', 1);
    expect(answered.map(({ name }) => name)).toEqual([
      'countersign.read_record',
      'countersign.verify',
      'countersign.forward',
      'countersign.guard',
    ]);
    const guarded = first(answered, 'countersign.guard');
    expect(guarded.attributes['countersign.verdict']).toBe('countersigned');
    expect(first(answered, 'countersign.verify').attributes).toEqual({ 'countersign.result': 'match' });
    const forwarded = first(answered, 'countersign.forward');
    expect(forwarded.kind).toBe(SpanKind.CLIENT);
    expect(forwarded.attributes).toEqual({
      'http.request.method': 'PATCH',
      'http.response.status_code': 200,
    });
    for (const step of answered.slice(0, -1)) expect(parentOf(step)).toBe(guarded.spanContext().spanId);
  });

  test('the CRM is told the span of the request that it gets, in the trace of the sender', async () => {
    const { crm, rep } = await openWorld();
    await rep.call('PATCH', NOTE, { status: 'Shipped' }, TRACED);
    await rep.call('PATCH', NOTE, { status: 'Delivered' }, TRACED);
    const spans = await spansOnce('countersign.guard', 2);
    const told = crm.received.map(({ headers }) => headers.filter(([name]) => /^trace/i.test(name)));
    const sent = [...named(spans, 'countersign.forward'), ...named(spans, 'countersign.read_record')].map(
      (span) => [
        ['traceparent', `00-${TRACE}-${span.spanContext().spanId}-01`],
        ['tracestate', 'congo=t61rcWkgMzE'],
      ],
    );
    expect(told).toEqual(sent);
  });

  test('a request of nobody begins a trace, and a state without a parent is not passed on', async () => {
    const { crm, rep } = await openWorld();
    await rep.call('PATCH', NOTE, { note: 'x' }, { traceparent: 'no', tracestate: 'congo=1' });
    const spans = await spansOnce('countersign.guard', 1);
    expect(parentOf(first(spans, 'countersign.guard'))).toBeUndefined();
    const { traceId, spanId } = first(spans, 'countersign.forward').spanContext();
    expect(crm.saves[0]?.headers.filter(([name]) => /^trace/i.test(name))).toEqual([
      ['traceparent', `00-${traceId}-${spanId}-01`],
    ]);
  });

  test('what is not guarded has no span, and goes on as it came', async () => {
    const { crm, rep } = await openWorld({ passthrough: ['/api/Invoices'] });
    await rep.call('GET', '/api/Invoices', undefined, TRACED);
    await rep.call('POST', '/api/Invoices', {}, TRACED);
    await rep.call('GET', NOTE, undefined, TRACED);
    const traces = crm.received.map(({ headers }) =>
      Object.fromEntries(headers.filter(([name]) => /^trace/i.test(name))),
    );
    expect(traces).toEqual([TRACED, TRACED, TRACED]);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test('a step that fails says of which kind the fault is, and a refusal by the CRM is no fault', async () => {
    const { crm, rep, code } = await openWorld({ upstream: { timeout: PATIENCE } });
    await rep.deliver();
    crm.answerWith(onSaves(refuse(422)));
    await rep.deliver(code());
    crm.answerWith(onSaves(hang));
    await rep.deliver(code());
    const [told, hung] = named(await spansOnce('countersign.guard', 3), 'countersign.forward');
    expect([told?.status.code, told?.attributes['http.response.status_code']]).toEqual([
      SpanStatusCode.UNSET,
      422,
    ]);
    expect(hung?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(hung?.attributes['error.type']).toBe('timeout');
    expect(hung?.events).toEqual([]);
  });

  test('a code that is asked for by hand, and one that a save sends, are spans of their own', async () => {
    const rules = [deliveryRule({ send: { when: { changed_to: ['status', 'Out'] }, to: [TO] } })];
    const { rep } = await openWorld({ rules });
    await rep.call('PATCH', NOTE, { status: 'Out' }, TRACED);
    const followed = await spansOnce('countersign.follow', 1);
    expect(first(followed, 'countersign.follow').spanContext().traceId).toBe(TRACE);
    expect(parentOf(first(followed, 'countersign.deliver'))).toBe(
      first(followed, 'countersign.follow').spanContext().spanId,
    );
    exporter.reset();
    await rep.call('POST', '/_countersign/rules/7/records/45/code', undefined, TRACED);
    const spans = await spansOnce('countersign.send', 1);
    expect(first(spans, 'countersign.send').spanContext().traceId).toBe(TRACE);
    expect(first(spans, 'countersign.send').attributes).toMatchObject({ 'countersign.dialect': 'rest' });
  });

  test('where HTTP is instrumented too, the request is below that span', async () => {
    const { gateway } = await openWorld();
    const tracer = trace.getTracer('of the HTTP server');
    const server = createServer((request, response) =>
      tracer.startActiveSpan('PATCH', (span) => gateway.handler(request, response).finally(() => span.end())),
    );
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await repOf(`http://127.0.0.1:${port}`).call('PATCH', NOTE, { note: 'x' }, TRACED);
    const spans = await spansOnce('PATCH', 1);
    expect(parentOf(first(spans, 'countersign.guard'))).toBe(first(spans, 'PATCH').spanContext().spanId);
    expect(first(spans, 'countersign.guard').kind).toBe(SpanKind.INTERNAL);
  });

  test('no span holds a code, an address, a user or the id of a record', async () => {
    const { crm, rep, code } = await openWorld({
      trustedProxies: ['127.0.0.1'],
      callers: [{ header: 'X-User', from: 'trustedProxies' }],
    });
    crm.records.set('4711-a', { ...STORED, id: '4711-a' });
    const codes: string[] = [];
    const save = (headers = {}) =>
      rep.call(
        'PATCH',
        '/api/DeliveryNotes/4711-a',
        { status: 'Delivered' },
        { ...TRACED, 'X-User': 'jane', ...headers },
      );
    await save();
    codes.push(code());
    await save({ 'OTPRULES-OTP-7': code() === '000000' ? '000001' : '000000' });
    await save({ 'OTPRULES-OTP-7': code() });
    const spans = await spansOnce('countersign.guard', 3);
    const text = spans
      .map(({ name, attributes, events, status }) => JSON.stringify({ name, attributes, events, status }))
      .join('\n');
    expect(text).toContain('mismatch');
    for (const secret of [...codes, '4711', 'ann@', 'example.com', 'Bearer', 'jane'])
      expect(text).not.toContain(secret);
  });
});

const TO = { channel: 'email', address: 'email' } as const;
