import { createFileAudit } from '../audit/audit-file.ts';
import { createNoAudit } from '../audit/audit-none.ts';
import { createOutbox } from '../channels/outbox/outbox.ts';
import { createSmtpChannel } from '../channels/smtp/smtp.ts';
import { createTwilioChannel } from '../channels/twilio/twilio.ts';
import { createWebhookChannel } from '../channels/webhook/webhook.ts';
import { createWhatsappChannel } from '../channels/whatsapp/whatsapp.ts';
import type { ChannelConfig } from '../config/compile/channel-config.ts';
import type { AuditConfig, StoreConfig } from '../config/compile/snapshot.ts';
import type { AuditSink, Channel, Clock, LedgerStore, Log } from '../ports.ts';
import { createMemoryStore } from '../stores/memory/memory.ts';
import { createRedisStore } from '../stores/redis/redis.ts';
import { createSqliteStore } from '../stores/sqlite/sqlite.ts';

/** The store that the configuration names. */
export function openStore(config: StoreConfig, clock: Clock, log: Log): LedgerStore {
  switch (config.kind) {
    case 'memory':
      return createMemoryStore(clock);
    case 'sqlite':
      return createSqliteStore(config);
    case 'redis': {
      const { place, tls, username, password, keyPrefix, commandTimeoutMs, minReplicas, waitMs } = config;
      const login = {
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
      };
      const settings = { keyPrefix, commandTimeoutMs, minReplicas, waitMs, ...(tls && { tls: {} }) };
      return createRedisStore({ ...place, ...login, ...settings }, log);
    }
  }
}

/** The channel that the configuration names. */
export function openChannel(config: ChannelConfig, clock: Clock): Channel {
  switch (config.kind) {
    case 'smtp':
      return createSmtpChannel(config);
    case 'twilio':
      return createTwilioChannel(config, clock);
    case 'whatsapp':
      return createWhatsappChannel(config);
    case 'webhook':
      return createWebhookChannel(config, clock);
    case 'outbox': {
      const { address: addressKind, folder } = config;
      return createOutbox({ addressKind, ...(folder !== undefined && { folder }) });
    }
  }
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
