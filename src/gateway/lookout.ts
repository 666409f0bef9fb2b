import type { Router } from 'express';
import { createAuditReader } from '../audit/audit-reader.ts';
import { countryOfNumber } from '../channels/phone.ts';
import type { Snapshot } from '../config/compile/snapshot.ts';
import { mask } from '../core/rule/recipient.ts';
import { createConsole } from '../http/console/console.ts';
import { createOrigins } from '../http/request/origin.ts';
import type { Bench } from '../ports/console.ts';
import type { DecisionSink } from '../ports/decisions.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { AuditSink, Channel, Clock, Keyring, Log, Random } from '../ports.ts';
import { createJournal } from '../system/journal.ts';
import { createRadar } from '../system/radar.ts';

/** What looks on for the console: decisions, events of the audit, messages and alarms pass it by and go on as they are. */
export type Lookout = {
  readonly decisions: DecisionSink;
  overAudit(audit: AuditSink): AuditSink;
  overChannel(channel: Channel): Channel;
  overMetrics(metrics: Metrics): Metrics;
  /** The console itself. `inForce`: the configuration of now, and what the last reload changed. */
  routes(inForce: () => InForce, bench: Bench): Router;
};

type InForce = { readonly snapshot: Snapshot; readonly diff: readonly string[] };

type World = {
  readonly clock: Clock;
  readonly random: Random;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Undefined where there is no console: then nobody looks on. */
export function createLookout(
  snapshot: Snapshot,
  { clock, random, keyring, log, metrics }: World,
): Lookout | undefined {
  const { admin, audit } = snapshot;
  if (!admin?.console) return undefined;
  const journal = createJournal(clock);
  const hashed = (what: string, text: string) =>
    keyring.digests('limit', `radar\n${what}\n${text}`)[0].slice(0, 8);
  const radar = createRadar(
    admin.radar,
    clock,
    (ip) => `#${hashed('caller', ip)}`,
    (flag, { kind, of }) => {
      metrics.flagged({ flag, about: kind });
      log.warn({ flag, [kind]: of }, 'the radar flags what no honest day looks like');
    },
  );
  return {
    decisions: journal,
    overAudit: (sink) => ({
      async write(event) {
        await sink.write(event);
        journal.heard(event);
        radar.heard(event);
      },
      close: () => sink.close(),
    }),
    overChannel: (channel) => ({
      ...channel,
      async deliver(message) {
        const { rule, record, address } = message;
        const country = channel.addressKind === 'phone' ? countryOfNumber(address) : undefined;
        radar.sent({ rule, record, address: hashed('address', address), masked: mask(address), country });
        return channel.deliver(message);
      },
    }),
    overMetrics: (counted) => ({
      ...counted,
      alarmed(labels) {
        radar.alarmed(labels);
        counted.alarmed(labels);
      },
    }),
    routes: (inForce, bench) =>
      createConsole({
        token: admin.token,
        hosts: [admin.host, '127.0.0.1', 'localhost', '[::1]', ...admin.hosts],
        users: admin.users,
        origins: createOrigins(snapshot.trustedProxies, random),
        clock,
        journal,
        radar: radar.view,
        rules: () => rulesOf(inForce(), journal.shadows()),
        audit: audit.kind === 'file' ? createAuditReader(audit.path, snapshot.secrets) : undefined,
        bench,
      }),
  };
}

function rulesOf({ snapshot, diff }: InForce, shadows: ReadonlyMap<string, number>) {
  const rules = snapshot.rules.map(({ id, name, module, on, when, mode }) => ({
    id,
    name,
    module,
    on: [...on],
    reads: when.fields,
    mode,
    shadow: shadows.get(id) ?? 0,
  }));
  return { revision: snapshot.revision, rules, diff };
}
