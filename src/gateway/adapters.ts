import { createFileAudit } from '../audit/audit-file.ts';
import { createNoAudit } from '../audit/audit-none.ts';
import type { ChannelConfig, StoreConfig } from '../config/compile/compile-kind.ts';
import type { AuditConfig, Snapshot, UpstreamConfig } from '../config/compile/snapshot.ts';
import type { AuditSink, Channel, Clock, LedgerStore, Log, Upstream } from '../ports.ts';
import { createLog } from '../system/log.ts';
import { createUpstreams } from '../upstream/upstreams.ts';

/** The store that the configuration names. */
export function openStore({ open }: StoreConfig, clock: Clock, log: Log): LedgerStore {
  return open({ name: 'store', clock, log });
}

/** The channel that the configuration names. */
export function openChannel({ name, open }: ChannelConfig, clock: Clock, log: Log): Channel {
  return open({ name, clock, log });
}

/** Something in the place of a channel, which takes the same addresses. */
export function inPlaceOf<C extends Channel>(config: ChannelConfig, other: C, clock: Clock): C {
  const channel = openChannel(config, clock, createLog({ level: 'silent' }));
  const start = () => channel.start?.() ?? Promise.resolve();
  // One that is opened late says what it takes once it is open, and afterwards too.
  void start().then(channel.close, channel.close);
  return Object.defineProperties({ ...other, start } as C, {
    addressKind: { get: () => channel.addressKind, enumerable: true },
    clean: { get: () => channel.clean, enumerable: true },
  });
}

/** The ways to the CRMs that the configuration names. */
export type Upstreams = {
  /** The one of that name; without a name, the one where everything goes. */
  upstreamOf(name: string | undefined): Upstream;
  close(withinMs?: number): Promise<void>;
};

/** Opens the ways to the CRMs, or takes the one that was brought along for all of them. `observe` looks on. */
export function openUpstreams(
  { upstream, upstreams, body, modules }: Snapshot,
  brought?: Upstream,
  observe: (upstream: Upstream) => Upstream = (one) => one,
): Upstreams {
  const wayOf = (way: UpstreamConfig) => ({ ...way, answerLimitBytes: body.recordBytes });
  const made = brought
    ? ([[undefined, brought]] as const)
    : createUpstreams([wayOf(upstream), ...upstreams.map(wayOf)], modules);
  const observed = new Map(made.map(([name, one]) => [name, observe(one)]));
  const [standard] = observed.values();
  return {
    upstreamOf(name) {
      // A name that there is not would have been found with the configuration.
      const found = observed.get(name) ?? standard;
      if (!found) throw new TypeError(`there is no upstream ${name}`);
      return found;
    },
    async close(withinMs) {
      await Promise.all([...observed.values()].map((one) => one.close(withinMs)));
    },
  };
}

/** The audit sink that the configuration names; one that is not required only complains when it cannot write. */
export function openAudit(config: AuditConfig, secrets: readonly string[], log: Log): AuditSink {
  const sink = config.kind === 'file' ? createFileAudit(config.path, secrets) : createNoAudit();
  if (config.required) return sink;
  return {
    write: (event) =>
      sink
        .write(event)
        .catch((err: unknown) =>
          log.error({ err, event: event.event }, 'an audit event could not be written'),
        ),
    close: () => sink.close(),
  };
}
