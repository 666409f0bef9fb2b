import { createFileAudit } from '../audit/audit-file.ts';
import { createNoAudit } from '../audit/audit-none.ts';
import {
  type ChannelConfig,
  channelKindOf,
  type StoreConfig,
  storeKindOf,
} from '../config/compile/compile-kind.ts';
import type { AuditConfig } from '../config/compile/snapshot.ts';
import type { AuditSink, Channel, Clock, LedgerStore, Log } from '../ports.ts';
import { createLog } from '../system/log.ts';

/** The store that the configuration names. */
export function openStore({ settings, folder }: StoreConfig, clock: Clock, log: Log): LedgerStore {
  return storeKindOf(settings.kind).open(settings, { name: 'store', folder, clock, log });
}

/** The channel that the configuration names. */
export function openChannel({ name, settings, folder }: ChannelConfig, clock: Clock, log: Log): Channel {
  return channelKindOf(settings.kind).open(settings, { name, folder, clock, log });
}

/** What the channel takes for an address, for something else in its place. */
export function addressesOf(config: ChannelConfig, clock: Clock): Pick<Channel, 'addressKind' | 'clean'> {
  const channel = openChannel(config, clock, createLog({ level: 'silent' }));
  void channel.close();
  const { addressKind, clean } = channel;
  return { addressKind, ...(clean && { clean }) };
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
