import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** The metrics of one process, before they are text. */
export type MetricValues = readonly MetricObjectWithValues<MetricValue<string>>[];

/** What a worker and its primary tell each other about metrics. */
export type MetricsMessage =
  /** A worker was scraped, and wants what all have. */
  | { readonly countersign: 'metrics-asked'; readonly id: number }
  | { readonly countersign: 'metrics-gathered'; readonly id: number; readonly text: string }
  /** The primary wants what each worker has. */
  | { readonly countersign: 'metrics-wanted'; readonly id: number }
  | { readonly countersign: 'metrics-told'; readonly id: number; readonly values: MetricValues };

/** The number of a worker among those of one primary, which sets it; the first is 0. */
export const WORKER_VARIABLE = 'COUNTERSIGN_WORKER';

/** Whether this process answers for its gateway: it is alone, or the first of several workers. */
export function isFirstWorker(): boolean {
  return (process.env[WORKER_VARIABLE] ?? '0') === '0';
}

/** Whether a message between the processes is about metrics. */
export function isMetricsMessage(message: unknown): message is MetricsMessage {
  return typeof message === 'object' && message !== null && 'countersign' in message;
}

/**
 * How a worker gets the metrics of all workers as one text: whichever is scraped asks the primary, which asks all. Undefined where the
 * process was not started as a worker.
 */
export function joinMetrics(valuesOf: () => Promise<MetricValues>): (() => Promise<string>) | undefined {
  if (process.env[WORKER_VARIABLE] === undefined || !process.send) return undefined;
  const waiting = new Map<number, (text: string) => void>();
  let ids = 0;
  const tell = (message: MetricsMessage) => process.send?.(message, () => undefined);
  process.on('message', (message) => {
    if (!isMetricsMessage(message)) return;
    if (message.countersign === 'metrics-wanted')
      void valuesOf().then((values) => tell({ countersign: 'metrics-told', id: message.id, values }));
    if (message.countersign === 'metrics-gathered') {
      waiting.get(message.id)?.(message.text);
      waiting.delete(message.id);
    }
  });
  return () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    waiting.set(++ids, resolve);
    tell({ countersign: 'metrics-asked', id: ids });
    return promise;
  };
}
