import type { Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { isMetricsMessage, type MetricsMessage, type MetricValues } from '../../system/worker-metrics.ts';

const WAIT_MS = 2_000;

/** The metrics of several workers as one. */
export type Gathering = {
  /** A worker that counts from now on. */
  add(worker: Worker): void;
  /** A worker that is gone: what it counted stays counted, or sums would fall. */
  remove(worker: Worker): Promise<void>;
};

/**
 * Answers the worker that is scraped with the sum of all. A worker that does not answer in time is told by what it said last.
 */
export function createGathering(): Gathering {
  const lastTold = new Map<Worker, MetricValues>();
  const waiting = new Map<number, (values: MetricValues) => void>();
  let gone: MetricValues = [];
  let ids = 0;

  function ask(worker: Worker): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const id = ++ids;
    const late = setTimeout(resolve, WAIT_MS);
    waiting.set(id, (values) => {
      clearTimeout(late);
      lastTold.set(worker, values);
      resolve();
    });
    tell(worker, { countersign: 'metrics-wanted', id });
    return promise.finally(() => waiting.delete(id));
  }

  return {
    add(worker) {
      lastTold.set(worker, []);
      worker.on('message', async (message: unknown) => {
        if (!isMetricsMessage(message)) return;
        if (message.countersign === 'metrics-told') waiting.get(message.id)?.(message.values);
        if (message.countersign !== 'metrics-asked') return;
        await Promise.all([...lastTold.keys()].map(ask));
        const text = await sumOf([...lastTold.values(), gone]).metrics();
        tell(worker, { countersign: 'metrics-gathered', id: message.id, text });
      });
    },
    async remove(worker) {
      const counted = (lastTold.get(worker) ?? []).filter(({ type }) => COUNTS.has(String(type)));
      lastTold.delete(worker);
      gone = await sumOf([gone, counted]).getMetricsAsJSON();
    },
  };
}

const COUNTS = new Set(['counter', 'histogram']);

function sumOf(all: readonly MetricValues[]) {
  return AggregatorRegistry.aggregate(all.map((values) => [...values]));
}

function tell(worker: Worker, message: MetricsMessage): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}
