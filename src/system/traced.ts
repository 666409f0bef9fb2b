import { withTrace } from '../core/wire/trace-context.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Channel, CodeHasher, RecordReader, Upstream } from '../ports.ts';

/** The hasher, with a span for each code that is hashed or compared. */
export function tracedHasher(hasher: CodeHasher, tracing: Tracing): CodeHasher {
  return {
    hash: (code, about) => tracing.step('hash', {}, () => hasher.hash(code, about)),
    matches: (verifier, code, about) =>
      tracing.step('verify', {}, async (note) => {
        const matched = await hasher.matches(verifier, code, about);
        note({ result: matched ? 'match' : 'mismatch' });
        return matched;
      }),
  };
}

/** The channel, with a span for each delivery. */
export function tracedChannel(name: string, channel: Channel, tracing: Tracing): Channel {
  const clean = channel.clean?.bind(channel);
  return {
    addressKind: channel.addressKind,
    ...(clean && { clean }),
    ...(channel.reports && { reports: channel.reports }),
    deliver: (message) =>
      tracing.step('deliver', { channel: name }, async (note) => {
        const delivery = await channel.deliver(message);
        note({ result: delivery.kind });
        return delivery;
      }),
    close: () => channel.close(),
  };
}

/**
 * The way to the CRM, with a span for each request that we write ourselves, and that span in its headers. What is streamed is left
 * alone.
 */
export function tracedUpstream(upstream: Upstream, tracing: Tracing): Upstream {
  return {
    forward(cleared) {
      // Every save comes by here, and most gateways have no spans.
      if (!tracing.isOpen()) return upstream.forward(cleared);
      const { method } = cleared.request;
      return tracing.step('forward', { 'http.request.method': method }, async (note) => {
        const response = await upstream.forward(cleared, tracing.spanHeaders());
        note({ 'http.response.status_code': response.status });
        return response;
      });
    },
    collect: (response) => upstream.collect(response),
    stream: (...words) => upstream.stream(...words),
    upgrade: (...words) => upstream.upgrade(...words),
    readerFor(headers, session): RecordReader {
      // A reader is made before the span of its read is open.
      const reader = () => upstream.readerFor(withTrace(headers, tracing.spanHeaders()), session);
      return {
        read: (name, id) =>
          tracing.step('read_record', { module: name }, async (note) => {
            const answer = await reader().read(name, id);
            note({ result: answer.kind });
            return answer;
          }),
        vouchesFor: (name, id) =>
          tracing.step('read_record', { module: name }, () => reader().vouchesFor(name, id)),
      };
    },
    lookUp: (definition, value, headers) =>
      tracing.step('read_record', { module: definition.name }, async (note) => {
        const answer = await upstream.lookUp(definition, value, withTrace(headers, tracing.spanHeaders()));
        note({ result: answer.kind });
        return answer;
      }),
    close: (withinMs) => upstream.close(withinMs),
  };
}
