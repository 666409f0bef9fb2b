import { fileURLToPath } from 'node:url';
import { becomes, type Criteria, optionsFor, type Style, startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome, rangeOf } from './goal.ts';
import { RECORD, startCrm, startNginxProxy, startNginxWithCheck } from './nginx.ts';
import { MEASURED_CORE } from './pinned.ts';
import { type Running, startServer } from './server.ts';
import { type Load, measure } from './wrk.ts';

const EXPRESS_PROXY = fileURLToPath(new URL('./express-proxy.ts', import.meta.url));

/** It never applies to what is sent, and needs the payload only to find that out. */
const SILENT = becomes('status', 'Closed', 'clauses');
/** The same in JsonLogic alone. */
const SILENT_LOGIC = becomes('status', 'Closed', 'logic');
/** It may apply to what is sent, so the stored record is read; that shows that nothing changes. */
const READING = { changed_to: ['status', 'Delivered'] };

const LOADS = {
  'unguarded GET': { method: 'GET', path: '/api/Other/%d' },
  'unguarded PUT': { method: 'PUT', path: '/api/Other/%d', body: RECORD },
  'guarded PUT': { method: 'PUT', path: '/api/Notes/%d', body: RECORD },
} satisfies Record<string, Load>;

/** Who is loaded with what, by the names of the figures. */
const RUNS = [
  ['unguarded GET', 'peer', 'unguarded GET'],
  ['unguarded GET', 'countersign', 'unguarded GET'],
  ['unguarded GET', 'nginx', 'unguarded GET'],
  ['unguarded PUT', 'peer', 'unguarded PUT'],
  ['unguarded PUT', 'countersign', 'unguarded PUT'],
  ['guarded PUT', 'countersign', 'guarded PUT'],
  ['guarded PUT', 'njs', 'guarded PUT'],
  ['guarded PUT, 1,000 rules', 'many', 'guarded PUT'],
  ['guarded PUT, JsonLogic', 'logic', 'guarded PUT'],
  ['guarded PUT, 1,000 rules, JsonLogic', 'manyLogic', 'guarded PUT'],
  ['guarded PUT, stored record', 'reading', 'guarded PUT'],
] as const;

/** For each run: the compilers of a server that was just started are at work for about this time. */
const WARMING_SECONDS = 8;

/**
 * Requests a second of everybody in turn, a second each and another one first each time: what disturbs a turn disturbs all that
 * are compared. Each round starts the servers anew, since two processes of one program may differ by a tenth for as long as they run.
 */
export async function measureThroughput(effort: Effort): Promise<readonly Outcome[]> {
  const { folder, rounds, seconds, onProgress } = effort;
  const crm = await startCrm(folder);
  const figures = new Map<string, number[]>();
  try {
    for (let round = 1; round <= rounds; round++) {
      const servers = await startAll(folder, crm.url);
      try {
        onProgress(`round ${round} of ${rounds}: warming up`);
        for (const [, server, load] of RUNS)
          await measure(servers[server].url, LOADS[load], WARMING_SECONDS, folder);
        for (let turn = 1; turn <= seconds; turn++) {
          onProgress(`round ${round} of ${rounds}: turn ${turn} of ${seconds}`);
          for (const [key, perSecond] of await takeTurn(servers, round * seconds + turn, folder))
            figures.set(key, [...(figures.get(key) ?? []), perSecond]);
        }
      } finally {
        for (const server of Object.values(servers)) await server.stop();
      }
    }
  } finally {
    await crm.stop();
  }
  return outcomesOf((name, server) => figures.get(`${name}: ${server}`) ?? [], seconds);
}

type Servers = Awaited<ReturnType<typeof startAll>>;

/** Requests a second by the names of run and server. */
async function takeTurn(
  servers: Servers,
  offset: number,
  folder: string,
): Promise<readonly (readonly [string, number])[]> {
  const first = offset % RUNS.length;
  const found: [string, number][] = [];
  for (const [name, server, load] of [...RUNS.slice(first), ...RUNS.slice(0, first)]) {
    const { requestsPerSecond, failures } = await measure(servers[server].url, LOADS[load], 1, folder);
    if (failures > 0) throw new Error(`${name}: ${failures} answers of ${server} were none, or refusals`);
    found.push([`${name}: ${server}`, requestsPerSecond]);
  }
  return found;
}

async function startAll(folder: string, crm: string) {
  const gatewayWith = (rules: number, modules: number, when: Criteria, style: Style = 'clauses') =>
    startGateway(folder, optionsFor(crm, { rules, modules, when, style }));
  return {
    peer: await startPeer(crm),
    nginx: await startNginxProxy(folder, crm),
    njs: await startNginxWithCheck(folder, crm),
    countersign: await gatewayWith(1, 1, SILENT),
    many: await gatewayWith(1000, 50, SILENT),
    logic: await gatewayWith(1, 1, SILENT_LOGIC, 'logic'),
    manyLogic: await gatewayWith(1000, 50, SILENT_LOGIC, 'logic'),
    reading: await gatewayWith(1, 1, READING),
  };
}

function startPeer(crm: string): Promise<Running> {
  return startServer((port) => ({
    core: MEASURED_CORE,
    program: process.execPath,
    args: [EXPRESS_PROXY, String(port), crm],
    env: { NODE_ENV: 'production' },
  }));
}

/** Ratios are those of one turn, of which the median counts: the machine is not the same in two of them. */
function outcomesOf(
  turnsOf: (name: string, server: string) => readonly number[],
  turnsEach: number,
): readonly Outcome[] {
  const of = (name: string, server: string) => medianOf(turnsOf(name, server));
  const ratio = (
    name: string,
    goal: number,
    ours: readonly [string, string],
    theirs: readonly [string, string],
    others: Readonly<Record<string, number>> = {},
  ): Outcome => {
    const ratios = turnsOf(...ours).map((figure, turn) => figure / (turnsOf(...theirs)[turn] ?? Number.NaN));
    return {
      name,
      figure: medianOf(ratios),
      range: rangeOf(ratios, turnsEach),
      unit: 'ratio',
      goal: { atLeast: goal },
      made: { [ours[1]]: of(...ours), [theirs[1]]: of(...theirs), ...others },
    };
  };
  const put = ['guarded PUT', 'countersign'] as const;
  const peer = ['unguarded PUT', 'peer'] as const;
  return [
    ratio('unguarded GET', 1.25, ['unguarded GET', 'countersign'], ['unguarded GET', 'peer'], {
      nginx: of('unguarded GET', 'nginx'),
    }),
    ratio('unguarded PUT', 1.25, ['unguarded PUT', 'countersign'], peer),
    ratio('guarded PUT to which no rule applies', 1.5, put, peer, { njs: of('guarded PUT', 'njs') }),
    ratio(
      'the same with 1,000 rules over 50 modules, against 1 rule',
      0.95,
      ['guarded PUT, 1,000 rules', 'many'],
      put,
    ),
    ratio(
      'guarded PUT to which no rule applies, criteria in JsonLogic',
      1.4,
      ['guarded PUT, JsonLogic', 'logic'],
      peer,
    ),
    ratio(
      'the same with 1,000 rules over 50 modules, against 1 rule in JsonLogic',
      0.95,
      ['guarded PUT, 1,000 rules, JsonLogic', 'manyLogic'],
      ['guarded PUT, JsonLogic', 'logic'],
    ),
    ratio('guarded PUT that needs the stored record', 0.8, ['guarded PUT, stored record', 'reading'], peer),
  ];
}
