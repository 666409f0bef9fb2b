import type { Router } from 'express';
import { createAuditReader } from '../audit/audit-reader.ts';
import { countryOfNumber } from '../channels/phone.ts';
import type { Snapshot } from '../config/compile/snapshot.ts';
import { mask } from '../core/rule/recipient.ts';
import type { AuditEvent } from '../core/verdict/audit-event.ts';
import { happeningOf } from '../core/verdict/happening.ts';
import { createConsole } from '../http/console/console.ts';
import { createOrigins } from '../http/request/origin.ts';
import type { WrongTokens } from '../http/request/wrong-tokens.ts';
import type { Bench, RadarFinding } from '../ports/console.ts';
import type { DecisionSink } from '../ports/decisions.ts';
import type { EventSink } from '../ports/events.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { AuditSink, Channel, Clock, Keyring, Log, Random } from '../ports.ts';
import { createJournal } from '../system/journal.ts';
import { createRadar } from '../system/radar.ts';

/** What the console sees: decisions, events of the audit, messages and alarms, each of which goes on as it is. */
export type ConsoleObservers = {
  readonly decisions: DecisionSink;
  /** `events`: who is told what the radar finds, beside the audit. */
  overAudit(audit: AuditSink, events: EventSink): AuditSink;
  overChannel(channel: Channel): Channel;
  overMetrics(metrics: Metrics): Metrics;
  /** The console itself. `inForce`: the configuration of now, and what the last reload changed. */
  routes(inForce: () => InForce, bench: Bench, wrong: WrongTokens): Router;
};

type InForce = { readonly snapshot: Snapshot; readonly diff: readonly string[] };

type World = {
  readonly clock: Clock;
  readonly random: Random;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Undefined where there is no console. */
export function createConsoleObservers(
  snapshot: Snapshot,
  { clock, random, keyring, log, metrics }: World,
): ConsoleObservers | undefined {
  const { admin, audit } = snapshot;
  if (!admin?.console) return undefined;
  const journal = createJournal(clock);
  metrics.watched(admin.radar);
  const radar = createRadar(
    admin.radar,
    clock,
    (ip) => `#${keyring.digests('limit', `radar\ncaller\n${ip}`)[0].slice(0, 8)}`,
  );
  return {
    decisions: journal,
    overAudit: (sink, events) => {
      const heard = (event: AuditEvent) => {
        journal.heard(event);
        for (const finding of radar.heard(event)) void tell(finding, event);
      };
      // Whoever asked is not told of it, and does not wait for it either.
      const tell = async ({ threshold, ...finding }: RadarFinding, { at, request, user, ip }: AuditEvent) => {
        const { flag, about, of } = finding;
        metrics.flagged({ flag, about });
        log.warn({ flag, [about]: of, threshold }, 'the radar flags unusual traffic');
        const flagged: AuditEvent = { at, request, user, ip, event: 'radar-flagged', ...finding, threshold };
        try {
          await sink.write(flagged);
        } catch (err) {
          log.error({ err, ...finding }, 'what the radar flagged could not be audited');
        }
        const happening = happeningOf(flagged);
        if (happening) await events.take(happening);
      };
      return {
        async write(event) {
          await sink.write(event);
          heard(event);
        },
        close: () => sink.close(),
      };
    },
    overChannel: (channel) => ({
      ...channel,
      async deliver(message) {
        const { rule, record, address } = message;
        const country = channel.addressKind === 'phone' ? countryOfNumber(address) : undefined;
        radar.sent({
          rule,
          record,
          address: keyring.digests('address', address)[0].slice(0, 8),
          masked: mask(address),
          country,
        });
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
    routes: (inForce, bench, wrong) =>
      createConsole({
        token: admin.token,
        hosts: [admin.host, '127.0.0.1', 'localhost', '[::1]', ...admin.hosts],
        users: admin.users,
        origins: createOrigins(snapshot.trustedProxies, random),
        clock,
        wrong,
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
