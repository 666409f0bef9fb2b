import { becomes, optionsFor } from './gateway.ts';
import { type Effort, medianOf, type Outcome, rangeOf } from './goal.ts';
import { startCrm, startNginxInFront, startNginxWithRoutes } from './nginx.ts';
import { type Load, measure } from './wrk.ts';

const READ: Load = { method: 'GET', path: '/api/Notes/%d' };
const WARMING_SECONDS = 2;

/** What nginx takes longer for a read that goes straight to the CRM, where it judges that by what `countersign routes` printed. */
export async function measureRoutes({
  folder,
  rounds,
  seconds,
  onProgress,
}: Effort): Promise<readonly Outcome[]> {
  const crm = await startCrm(folder);
  const options = optionsFor(crm.url, { rules: 1, modules: 1, when: becomes('status', 'Closed', 'clauses') });
  const [alone, routes]: [number[], number[]] = [[], []];
  try {
    for (let round = 1; round <= rounds; round++) {
      onProgress(`round ${round} of ${rounds}`);
      const servers = [
        [await startNginxInFront(folder, crm.url), alone],
        [await startNginxWithRoutes(folder, crm.url, options), routes],
      ] as const;
      try {
        for (const [{ url }] of servers) await measure(url, READ, WARMING_SECONDS, folder);
        // In turn, another one first each time: what disturbs a turn disturbs both.
        for (let turn = 0; turn < seconds; turn++)
          for (const [{ url }, figures] of turn % 2 === 0 ? servers : servers.toReversed()) {
            const { requestsPerSecond, failures } = await measure(url, READ, 1, folder);
            if (failures > 0) throw new Error(`${failures} answers were none, or refusals`);
            figures.push(requestsPerSecond);
          }
      } finally {
        for (const [server] of servers) await server.stop();
      }
    }
  } finally {
    await crm.stop();
  }
  const ratios = routes.map((figure, turn) => figure / (alone[turn] ?? Number.NaN));
  return [
    {
      name: 'unguarded GET through nginx with routes, against nginx alone',
      figure: medianOf(ratios),
      range: rangeOf(ratios, seconds),
      unit: 'ratio',
      goal: { atLeast: 0.95 },
      made: { routes: medianOf(routes), alone: medianOf(alone) },
    },
  ];
}
