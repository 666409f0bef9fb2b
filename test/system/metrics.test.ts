import { expect, it } from 'vitest';
import { createMetrics } from '../../src/system/metrics.ts';

it('counts each time once, however many there are before they are shown', async () => {
  const metrics = createMetrics('0');
  for (let save = 0; save < 1234; save++) {
    metrics.gateTook(0.5);
    metrics.upstreamTook(0.25);
  }
  await metrics.text();
  const text = await metrics.text();
  expect(text).toContain('countersign_gate_duration_seconds_count 1234');
  expect(text).toContain('countersign_gate_duration_seconds_sum 617');
  expect(text).toContain('countersign_upstream_duration_seconds_count 1234');
});
