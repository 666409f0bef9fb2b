import type { Metrics } from '../../src/ports/metrics.ts';
import { createWitness } from './witness.ts';

/** The witness of this file's tests. */
export const witness = createWitness();

/** The metrics of the gateways that were opened since the last test. */
export const metricsMade = new Set<Metrics>();
