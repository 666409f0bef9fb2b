import type { Registry } from 'prom-client';
import { createWitness } from './witness.ts';

/** The witness of this file's tests. */
export const witness = createWitness();

/** What holds the metrics of the gateways that were opened since the last test. */
export const metricsMade = new Set<Registry>();
