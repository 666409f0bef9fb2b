import { expect, onTestFinished, test } from 'vitest';
import { compare } from '../harness/vtiger-comparison.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { placeholders } from '../harness/vtiger-placeholders.ts';
import { prepare, RECORDED, type Recorded, SERVERS, sendRecorded } from '../harness/vtiger-replay.ts';
import { installed } from '../harness/vtiger-state.ts';

/** Every recorded request, in its order, to one fresh installation under the four settings that it was recorded with. */
test('the stand-in answers 502 requests as a running Vtiger 8.0.0 was recorded to', async () => {
  const state = installed();
  const known = placeholders();
  const ports = new Map<Recorded['server'], number>();
  for (const [server, options] of Object.entries(SERVERS)) {
    const crm = await startVtiger(options, state);
    onTestFinished(crm.close);
    ports.set(server as Recorded['server'], crm.port);
  }
  const deviations: unknown[] = [];
  for (const row of RECORDED) {
    for (const step of row.before ?? []) prepare(step, state, known);
    const answer = await sendRecorded(row, known, state, ports.get(row.server) ?? 0);
    const { wanted, got } = compare(row, answer, known, state);
    const numbers = Object.keys(row.stored ?? {});
    const stored = numbers.map((number) => [
      number,
      state.records.get(Number(number))?.fields['ticketstatus'],
    ]);
    const whole = { ...got, stored: Object.fromEntries(stored) };
    if (JSON.stringify(whole) !== JSON.stringify({ ...wanted, stored: row.stored ?? {} }))
      deviations.push({ name: row.name, wanted: { ...wanted, stored: row.stored }, got: whole });
  }
  expect(deviations).toEqual([]);
  expect(RECORDED).toHaveLength(502);
});
