import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { startOutside } from './codes.ts';
import { optionsFor, startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome, rangeOf } from './goal.ts';
import { packProgram } from './packed.ts';
import { freePort } from './server.ts';

/** From the start of the process, as it is packed, to the first `readyz` that says so. */
export async function measureStart({ folder, rounds, onProgress }: Effort): Promise<readonly Outcome[]> {
  const program = await packProgram(folder);
  const tookMs: number[] = [];
  // A gateway is ready when the CRM has taken a connection.
  const outside = await startOutside();
  for (let round = 0; round < rounds; round++) {
    const admin = { host: '127.0.0.1', port: await freePort() };
    const options = optionsFor(outside.crm, { rules: 1, modules: 1, when: true });
    const started = performance.now();
    const gateway = await startGateway(folder, { ...options, admin }, program);
    while (!(await isReady(admin.port))) await pause(5);
    tookMs.push(performance.now() - started);
    await gateway.stop();
    onProgress(`start, round ${round + 1} of ${rounds}: ${Math.round(tookMs.at(-1) ?? 0)} ms`);
  }
  await outside.close();
  return [
    {
      name: 'time from start to ready',
      figure: medianOf(tookMs),
      range: rangeOf(tookMs),
      unit: 'ms',
      goal: { atMost: 400 },
      made: {},
    },
  ];
}

async function isReady(port: number): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}/readyz`);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
