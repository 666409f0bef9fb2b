import { createFileAudit } from '../audit/audit-file.ts';
import { createNoAudit } from '../audit/audit-none.ts';
import type { ChannelConfig, StoreConfig } from '../config/compile/compile-kind.ts';
import type { AuditConfig, Snapshot } from '../config/compile/snapshot.ts';
import type { AuditSink, Channel, Clock, LedgerStore, Log, Upstream } from '../ports.ts';
import { createLog } from '../system/log.ts';
import { createUpstream } from '../upstream/create.ts';

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
  void channel.close();
  return Object.defineProperties({ ...other } as C, {
    addressKind: { get: () => channel.addressKind, enumerable: true },
    clean: { get: () => channel.clean, enumerable: true },
  });
}

/** The way to the CRM that the configuration names. */
export function openUpstream({ upstream, body, modules }: Snapshot): Upstream {
  const { url, timeoutMs, connectTimeoutMs, host, ca } = upstream;
  const way = { url, timeoutMs, connectTimeoutMs, host, ca, answerLimitBytes: body.recordBytes };
  return createUpstream(way, modules);
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
