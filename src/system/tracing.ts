import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { CountersignError } from '../core/fault.ts';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import type { Headers } from '../core/wire/headers.ts';
import type { TraceContext } from '../core/wire/trace-context.ts';
import type { Notes, Tracing } from '../ports/tracing.ts';

/**
 * Spans by OpenTelemetry's API, which does nothing until an operator loads an SDK beside the gateway.
 * `dialects`: the dialect of each module. Source: https://opentelemetry.io/docs/specs/otel/overview/#api
 */
export function createTracing(version: string, dialects: ReadonlyMap<string, string>): Tracing {
  const tracer = trace.getTracer('countersign', version);
  const requests = new WeakSet<Span>();

  /** The span of a request that the gateway handles, where it is the one that is open. */
  function ownRequest(): Span | undefined {
    const span = trace.getActiveSpan();
    return span && requests.has(span) ? span : undefined;
  }

  function run<T>(
    name: string,
    kind: SpanKind,
    notes: Notes,
    parent: Context,
    task: (note: (more: Notes) => void) => Promise<T>,
  ): Promise<T> {
    return tracer.startActiveSpan(`countersign.${name}`, { kind }, parent, async (span) => {
      span.setAttributes(attributesOf(notes));
      try {
        return await task((more) => void span.setAttributes(attributesOf(more)));
      } catch (fault) {
        fail(span, fault);
        throw fault;
      } finally {
        if (span.isRecording()) span.end();
      }
    });
  }

  return {
    request(name, { modules, trace: sent }, task) {
      if (!isCollected()) return task();
      const kinds = [...new Set(modules.map((each) => dialects.get(each) ?? ''))];
      const notes = { module: modules.join(), dialect: kinds.join() };
      // Where HTTP itself is instrumented, its span is there, and knows the sender's.
      const here = (context.active().getValue(AROUND) as Context | undefined) ?? context.active();
      const isEntry = trace.getSpan(here) === undefined;
      const kind = isEntry ? SpanKind.SERVER : SpanKind.INTERNAL;
      return run(name, kind, notes, (isEntry ? contextOf(sent) : here).setValue(AROUND, here), () => {
        const span = trace.getActiveSpan();
        if (span) requests.add(span);
        return task();
      });
    },
    note(notes) {
      ownRequest()?.setAttributes(attributesOf(notes));
    },
    failed(fault) {
      const span = ownRequest();
      if (span) fail(span, fault);
    },
    over() {
      const span = ownRequest();
      if (span?.isRecording()) span.end();
    },
    step(name, notes, task) {
      if (!isOpen()) return task(unheard);
      return run(name, CALLS.has(name) ? SpanKind.CLIENT : SpanKind.INTERNAL, notes, context.active(), task);
    },
    isOpen,
    spanHeaders,
  };
}

/** The context in which a request that the gateway handles began. */
const AROUND = createContextKey('countersign: around the request');

/** Whether anybody collects spans: asked each time, because an SDK may come after the gateway. */
function isCollected(): boolean {
  const provider = trace.getTracerProvider();
  return (
    !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('countersign') !== undefined
  );
}

function isOpen(): boolean {
  return trace.getSpan(context.active()) !== undefined;
}

function unheard(): void {}

/** The steps that go out of the house. */
const CALLS: ReadonlySet<string> = new Set(['read_record', 'deliver', 'forward']);

function attributesOf(notes: Notes): Attributes {
  return Object.fromEntries(
    Object.entries(notes).map(([name, value]) => [name.includes('.') ? name : `countersign.${name}`, value]),
  );
}

/** What went wrong by its kind only: messages may say whom it was about. */
function fail(span: Span, fault: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', typeOf(fault));
}

function typeOf(fault: unknown): string {
  if (fault instanceof UpstreamFault) return fault.isTimeout ? 'timeout' : fault.kind;
  if (fault instanceof CountersignError) return fault.code;
  return fault instanceof Error ? fault.name : 'unknown';
}

function contextOf(sent: TraceContext | undefined): Context {
  if (!sent) return ROOT_CONTEXT;
  const { traceparent, tracestate } = sent;
  const carrier = { traceparent, ...(tracestate !== undefined && { tracestate }) };
  return propagation.extract(ROOT_CONTEXT, carrier);
}

function spanHeaders(): Headers {
  if (!isOpen()) return [];
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return Object.entries(carrier);
}
