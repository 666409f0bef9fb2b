import { type Headers, valuesOf } from './headers.ts';

/** The trace that a request belongs to, as its sender says. Source: https://www.w3.org/TR/trace-context/ */
export type TraceContext = {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly traceparent: string;
  readonly tracestate: string | undefined;
};

/** Version, trace id, parent id, flags; later versions may add members. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/**
 * The trace that the headers name; undefined where there is none, more than one, or one that is not valid.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceContextOf(headers: Headers): TraceContext | undefined {
  const [value, ...others] = valuesOf(headers, 'traceparent');
  if (value === undefined) return undefined;
  const traceparent = value.trim();
  const [, version, id, more] = TRACEPARENT.exec(traceparent) ?? [];
  if (id === undefined || others.length > 0 || (version === '00' && more !== undefined)) return undefined;
  const states = valuesOf(headers, 'tracestate');
  return { id, traceparent, tracestate: states.length > 0 ? states.join(',') : undefined };
}

/** The headers with this trace in the place of the sender's; as they are where it is none. */
export function withTrace(headers: Headers, trace: Headers): Headers {
  if (trace.length === 0) return headers;
  // A state without its parent would be that of another trace.
  const names = new Set([...trace.map(([name]) => name.toLowerCase()), 'tracestate']);
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...trace];
}
