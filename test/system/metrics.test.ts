import perfHooks from 'node:perf_hooks';
import { expect, it, onTestFinished, vi } from 'vitest';
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

it('the metrics of the process are collected once, whatever gateways are opened in it', async () => {
  const collected = vi.spyOn(perfHooks, 'monitorEventLoopDelay');
  onTestFinished(() => collected.mockRestore());
  const texts = [];
  for (let nth = 0; nth < 3; nth++) {
    const metrics = createMetrics('1.0.0');
    metrics.decided({ rule: '7', verdict: 'pass', mode: 'enforce' });
    texts.push(await metrics.text(), await metrics.text());
  }
  expect(collected.mock.calls.length).toBeLessThanOrEqual(1);
  for (const text of texts) {
    expect(text).toMatch(/^process_cpu_user_seconds_total \d/m);
    expect(text).toMatch(/^countersign_decisions_total\{[^}]*\} 1$/m);
  }
});
