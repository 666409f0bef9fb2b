import { type Aggregator, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../ports/metrics.ts';
import { joinMetrics } from './worker-metrics.ts';

/** Seconds: hashing takes tens of milliseconds, a CRM up to its time-out. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics for Prometheus, each gateway with its own. No label holds a path, a record or a user: their number would be without bound. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `countersign_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string) =>
    batched(new Histogram({ name: `countersign_${name}`, help, buckets: BUCKETS, registers }));

  const decisions = counter(
    'decisions_total',
    'Guarded saves, once for each rule that applied; rule is empty where none did.',
    ['rule', 'verdict', 'mode'],
  );
  const sent = counter('codes_sent_total', 'Codes handed to a channel.', ['channel', 'result']);
  const reported = counter('delivery_reports_total', 'What providers reported of messages with codes.', [
    'channel',
    'status',
  ]);
  const verified = counter('verifications_total', 'Codes that were presented.', ['rule', 'result']);
  const events = counter('events_total', 'Tries to tell a receiver of an event.', ['receiver', 'result']);
  const confirmations = counter('confirmations_total', 'Answers that customers gave on pages.', [
    'rule',
    'answer',
  ]);
  const overrides = counter(
    'overrides_total',
    'Saves that somebody vouched for in the place of the customer.',
    ['rule', 'result'],
  );
  const withdrawals = counter('withdrawals_total', 'Codes that were taken back before they were spent.', [
    'rule',
  ]);
  const alarms = counter(
    'unverified_alarms_total',
    'Times that too many codes of a caller, or to a country, were not verified.',
    ['scope', 'country'],
  );
  const flags = counter(
    'radar_flags_total',
    'Callers, addresses and countries that the radar of the console flagged.',
    ['flag', 'about'],
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
  const gauge = <L extends string>(
    name: string,
    help: string,
    aggregator: Aggregator,
    labelNames: readonly L[] = [],
  ) => new Gauge({ name: `countersign_${name}`, help, labelNames: [...labelNames], registers, aggregator });
  const eventsWaiting = gauge('events_waiting', 'Events that a receiver is still to be told.', 'sum', [
    'receiver',
  ]);
  const eventsOldest = gauge('events_oldest_seconds', 'How old the oldest of them is.', 'max', ['receiver']);
  const thresholds = gauge('radar_threshold', 'From when on the radar of the console flags.', 'first', [
    'threshold',
  ]);
  const info = gauge('build_info', 'What runs: always 1.', 'first', ['version', 'revision', 'node']);
  const reloaded = gauge(
    'config_last_reload_success',
    'Whether the configuration that was offered last is in force: 0 where an earlier one had to stay.',
    'min',
  );
  const reloadedAt = gauge(
    'config_last_reload_success_timestamp_seconds',
    'Since when the configuration in force is in force.',
    'max',
  );
  const certifiedUntil = gauge(
    'tls_certificate_not_after_timestamp_seconds',
    'Until when the certificate that is served is valid.',
    'min',
  );

  function counted(): Registry {
    gate.count();
    upstream.count();
    return Registry.merge([registry, metricsOfProcess()]);
  }
  const gathered = joinMetrics(() => counted().getMetricsAsJSON());

  return {
    certified: (until) => certifiedUntil.set(until / 1000),
    configured(taken) {
      reloaded.set(taken ? 1 : 0);
      if (!taken) return;
      info.reset();
      info.set({ version, revision: taken.revision, node: process.versions.node }, 1);
      reloadedAt.set(taken.at / 1000);
    },
    decided: (labels) => decisions.inc(labels),
    sent: (labels) => sent.inc(labels),
    reported: (labels) => reported.inc(labels),
    verified: (labels) => verified.inc(labels),
    eventTold: (labels) => events.inc(labels),
    eventsWait({ receiver, waiting, oldestSeconds }) {
      eventsWaiting.set({ receiver }, waiting);
      eventsOldest.set({ receiver }, oldestSeconds);
    },
    confirmed: (labels) => confirmations.inc(labels),
    overridden: (labels) => overrides.inc(labels),
    withdrawn: (labels) => withdrawals.inc(labels),
    alarmed: (labels) => alarms.inc(labels),
    watched({ asked, entered, withinMs, records }) {
      const all = { asked, entered, within_seconds: withinMs / 1000, records };
      for (const [threshold, value] of Object.entries(all)) thresholds.set({ threshold }, value);
    },
    flagged: (labels) => flags.inc(labels),
    gateTook: gate.took,
    upstreamTook: upstream.took,
    upstreamFailed: (kind) => upstreamErrors.inc({ kind }),
    storeFailed: (op) => storeErrors.inc({ op }),
    contentType: registry.contentType,
    async text() {
      return gathered ? gathered() : counted().metrics();
    },
  };
}

let ofProcess: Registry | undefined;

/** Those of Node and of the process, once for all gateways in it, from the first look on: they cost a timer and an observer that never end. */
function metricsOfProcess(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

const MOST_WAITING = 500;

/** A histogram whose times are counted many at once, and before it is shown, as lines of the log are made: see `docs/performance.md`. */
function batched(histogram: Histogram) {
  let waiting: number[] = [];
  const count = () => {
    for (const seconds of waiting) histogram.observe(seconds);
    waiting = [];
  };
  const took = (seconds: number) => {
    if (waiting.push(seconds) >= MOST_WAITING) count();
  };
  return { took, count };
}
