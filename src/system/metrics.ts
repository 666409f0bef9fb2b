import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../ports.ts';

/** Seconds: hashing takes tens of milliseconds, a CRM up to its time-out. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics for Prometheus, each gateway with its own. No label holds a path, a record or a user: their number would be without bound. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `countersign_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name: `countersign_${name}`, help, buckets: BUCKETS, registers });

  const decisions = counter(
    'decisions_total',
    'Guarded saves, once for each rule that spoke; rule is empty where none did.',
    ['rule', 'verdict', 'mode'],
  );
  const sent = counter('codes_sent_total', 'Codes handed to a channel.', ['channel', 'result']);
  const reported = counter('delivery_reports_total', 'What providers reported of messages with codes.', [
    'channel',
    'status',
  ]);
  const verified = counter('verifications_total', 'Codes that were presented.', ['rule', 'result']);
  const alarms = counter(
    'unverified_alarms_total',
    'Times that too many codes of a caller, or to a country, were not verified.',
    ['scope', 'country'],
  );
  const upstreamErrors = counter('upstream_errors_total', 'Requests that got no whole answer from the CRM.', [
    'kind',
  ]);
  const storeErrors = counter('store_errors_total', 'Calls that the store failed.', ['op']);
  const gate = histogram('gate_duration_seconds', 'From the moment a save was read to its verdict.');
  const upstream = histogram(
    'upstream_duration_seconds',
    "To the head of the CRM's answer; streamed traffic is left out.",
  );
  const info = new Gauge({
    name: 'countersign_build_info',
    help: 'What runs: always 1.',
    labelNames: ['version', 'revision', 'node'],
    registers,
  });

  return {
    configured(revision) {
      info.reset();
      info.set({ version, revision, node: process.versions.node }, 1);
    },
    decided: (labels) => decisions.inc(labels),
    sent: (labels) => sent.inc(labels),
    reported: (labels) => reported.inc(labels),
    verified: (labels) => verified.inc(labels),
    alarmed: (labels) => alarms.inc(labels),
    gateTook: (seconds) => gate.observe(seconds),
    upstreamTook: (seconds) => upstream.observe(seconds),
    upstreamFailed: (kind) => upstreamErrors.inc({ kind }),
    storeFailed: (op) => storeErrors.inc({ op }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
