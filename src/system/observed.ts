import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import { withTrace } from '../core/wire/trace-context.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Channel, CodeHasher, LedgerStore, RecordReader, Upstream } from '../ports.ts';
import { portOf } from './port-of.ts';

/** Who looks on: what goes through a port is counted, timed, and a step of the span that is open. */
export type Observers = { readonly metrics: Metrics; readonly tracing: Tracing };

/** The store, with each call that fails counted. */
export function observedStore(store: LedgerStore, { metrics }: Pick<Observers, 'metrics'>): LedgerStore {
  const counted = async <T>(op: 'find' | 'replace' | 'purge', call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (fault) {
      metrics.storeFailed(op);
      throw fault;
    }
  };
  return portOf<LedgerStore>({
    find: (key) => counted('find', () => store.find(key)),
    replace: (next, expected) => counted('replace', () => store.replace(next, expected)),
    purge: () => counted('purge', () => store.purge()),
    start: store.start?.bind(store),
    close: () => store.close(),
  });
}

/** The channel, with each delivery counted by what became of it, in a span. */
export function observedChannel(name: string, channel: Channel, { metrics, tracing }: Observers): Channel {
  const observed = portOf<Omit<Channel, 'addressKind' | 'clean' | 'reports'>>({
    start: channel.start?.bind(channel),
    deliver: (message) =>
      tracing.step('deliver', { channel: name }, async (note) => {
        const delivery = await channel.deliver(message);
        note({ result: delivery.kind });
        metrics.sent({ channel: name, result: delivery.kind });
        return delivery;
      }),
    close: () => channel.close(),
  });
  // Asked for when they are needed: a channel that is opened late does not know them before.
  return Object.defineProperties(observed as Channel, {
    addressKind: { get: () => channel.addressKind, enumerable: true },
    clean: { get: () => channel.clean?.bind(channel), enumerable: true },
    reports: { get: () => channel.reports, enumerable: true },
  });
}

/** The hasher, with a span for each code that is hashed or compared. */
export function observedHasher(hasher: CodeHasher, { tracing }: Pick<Observers, 'tracing'>): CodeHasher {
  return portOf<CodeHasher>({
    hash: (code, about) => tracing.step('hash', {}, () => hasher.hash(code, about)),
    matches: (verifier, code, about) =>
      tracing.step('verify', {}, async (note) => {
        const matched = await hasher.matches(verifier, code, about);
        note({ result: matched ? 'match' : 'mismatch' });
        return matched;
      }),
  });
}

/**
 * The way to the CRM, with each answer timed and each failure counted, and a span for each request that we write ourselves, which is
 * named in its headers. What is streamed has no span.
 */
export function observedUpstream(upstream: Upstream, observers: Observers): Upstream {
  const { metrics, tracing } = observers;
  const watched = <T>(call: Promise<T>): Promise<T> => call.catch((fault) => count(fault, metrics));
  const timed = <T>(call: Promise<T>): Promise<T> => timedBy(metrics, call);
  return portOf<Upstream>({
    forward(cleared) {
      // Every save comes by here, and most gateways have no spans.
      if (!tracing.isOpen()) return timed(upstream.forward(cleared));
      const { method } = cleared.request;
      return tracing.step('forward', { 'http.request.method': method }, async (note) => {
        const response = await timed(upstream.forward(cleared, tracing.spanHeaders()));
        note({ 'http.response.status_code': response.status });
        return response;
      });
    },
    collect: (response) => watched(upstream.collect(response)),
    stream(...words) {
      const { answer, giveUp } = upstream.stream(...words);
      return { answer: watched(answer), giveUp };
    },
    upgrade: (...words) => upstream.upgrade(...words),
    // A reader is made before the span of its read is open.
    readerFor: (headers, ...words) =>
      observedReader(
        () => upstream.readerFor(withTrace(headers, tracing.spanHeaders()), ...words),
        observers,
      ),
    lookUp: (definition, value, headers) =>
      tracing.step('read_record', { module: definition.name }, async (note) => {
        const own = withTrace(headers, tracing.spanHeaders());
        const answer = await timed(upstream.lookUp(definition, value, own));
        if (answer.kind === 'unavailable') metrics.upstreamFailed('record');
        note({ result: answer.kind });
        return answer;
      }),
    close: (withinMs) => upstream.close(withinMs),
  });
}

function observedReader(reader: () => RecordReader, { metrics, tracing }: Observers): RecordReader {
  return portOf<RecordReader>({
    read: (name, id) =>
      tracing.step('read_record', { module: name }, async (note) => {
        const answer = await timedBy(metrics, reader().read(name, id));
        if (answer.kind === 'unavailable') metrics.upstreamFailed('record');
        note({ result: answer.kind });
        return answer;
      }),
    vouchesFor: (name, id) =>
      tracing.step('read_record', { module: name }, () => timedBy(metrics, reader().vouchesFor(name, id))),
    chosenBy: (name) => reader().chosenBy(name),
  });
}

async function timedBy<T>(metrics: Metrics, call: Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await call;
  } catch (fault) {
    return count(fault, metrics);
  } finally {
    metrics.upstreamTook((performance.now() - started) / 1000);
  }
}

function count(fault: unknown, metrics: Metrics): never {
  // A client that has left is no failure of the CRM.
  if (fault instanceof UpstreamFault && fault.kind !== 'unwanted')
    metrics.upstreamFailed(fault.isTimeout ? 'timeout' : fault.kind);
  throw fault;
}
