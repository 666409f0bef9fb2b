import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Channel, LedgerStore, Upstream } from '../ports.ts';

/** The store, with each call that fails counted. */
export function measuredStore(store: LedgerStore, metrics: Metrics): LedgerStore {
  const counted = async <T>(op: 'find' | 'replace' | 'purge', call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (fault) {
      metrics.storeFailed(op);
      throw fault;
    }
  };
  const start = store.start?.bind(store);
  return {
    find: (key) => counted('find', () => store.find(key)),
    replace: (next, expected) => counted('replace', () => store.replace(next, expected)),
    purge: () => counted('purge', () => store.purge()),
    ...(start && { start }),
    close: () => store.close(),
  };
}

/** The channel, with each delivery counted by what became of it. */
export function measuredChannel(name: string, channel: Channel, metrics: Metrics): Channel {
  const clean = channel.clean?.bind(channel);
  return {
    addressKind: channel.addressKind,
    ...(clean && { clean }),
    ...(channel.reports && { reports: channel.reports }),
    async deliver(message) {
      const delivery = await channel.deliver(message);
      metrics.sent({ channel: name, result: delivery.kind });
      return delivery;
    },
    close: () => channel.close(),
  };
}

/** The way to the CRM, with each answer timed and each failure counted. */
export function measuredUpstream(upstream: Upstream, metrics: Metrics): Upstream {
  const count = (fault: unknown): never => {
    // That nobody waits any more is no failure of the CRM's.
    if (fault instanceof UpstreamFault && fault.kind !== 'unwanted')
      metrics.upstreamFailed(fault.isTimeout ? 'timeout' : fault.kind);
    throw fault;
  };
  const watched = <T>(call: Promise<T>): Promise<T> => call.catch(count);
  const timed = async <T>(call: Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await call;
    } catch (fault) {
      return count(fault);
    } finally {
      metrics.upstreamTook((performance.now() - started) / 1000);
    }
  };
  return {
    forward: (cleared, trace) => timed(upstream.forward(cleared, trace)),
    collect: (response) => watched(upstream.collect(response)),
    stream(...words) {
      const { answer, giveUp } = upstream.stream(...words);
      return { answer: watched(answer), giveUp };
    },
    upgrade: (...words) => upstream.upgrade(...words),
    readerFor(headers, session) {
      const reader = upstream.readerFor(headers, session);
      return {
        async read(name, id) {
          const answer = await timed(reader.read(name, id));
          if (answer.kind === 'unavailable') metrics.upstreamFailed('record');
          return answer;
        },
        vouchesFor: (name, id) => timed(reader.vouchesFor(name, id)),
      };
    },
    async lookUp(definition, value, headers) {
      const answer = await timed(upstream.lookUp(definition, value, headers));
      if (answer.kind === 'unavailable') metrics.upstreamFailed('record');
      return answer;
    },
    close: (withinMs) => upstream.close(withinMs),
  };
}
