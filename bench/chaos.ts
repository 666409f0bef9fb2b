import { startPostgresStore } from './chaos/postgres-store.ts';
import { startRedisStore } from './chaos/redis-store.ts';
import { type ChaosFigures, chaos } from './chaos/run.ts';
import { runCommand } from './command.ts';

const HELP = `Usage: npm run chaos -- [options]

Sends right, wrong and replayed codes to three gateways over a Redis with a replica and Sentinel, or a Postgres with a synchronous standby, while
gateways are killed, the store is stopped, restarted, cut off and failed over, and the CRM cuts and stalls. Fails where a save arrived without a code of its own,
a code arrived with two saves, a budget was passed, or an honest save lost its code without being told.

  --seconds N        how long there is trouble (300)
  --seed N           the same seed makes the same choices (1)
  --tellers N        stories at once (12)
  --store NAME       redis or postgres (redis)
  --min-replicas N   how many replicas must acknowledge a step (1), of Postgres whether the standby must; with 0, failovers may break promises
  --help             this text

Exit codes: 0 all is well, 1 a promise was broken, 2 the options cannot be read.
`;

const COMMAND = { help: HELP, options: ['store', 'seconds', 'seed', 'tellers', 'min-replicas'] };

process.exitCode = await runCommand(
  COMMAND,
  ({ count, text }) => ({
    store: storeNamed(text('store') ?? 'redis'),
    seconds: count('seconds', 300),
    seed: count('seed', 1),
    tellers: count('tellers', 12),
    minReplicas: count('min-replicas', 1),
  }),
  async ({ minReplicas, ...options }) => {
    const onProgress = ({ kills, failovers, sent, arrived }: ChaosFigures) =>
      void process.stderr.write(
        `${kills} kills, ${failovers} failovers, ${sent} saves sent, ${arrived} arrived\n`,
      );
    const { figures, violations } = await chaos({
      ...options,
      store: () => options.store(minReplicas),
      onProgress,
    });
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n${violations.length} violations\n`);
    for (const violation of violations.slice(0, 50)) process.stdout.write(`VIOLATION ${violation}\n`);
    return violations.length === 0 ? 0 : 1;
  },
);

function storeNamed(name: string) {
  if (name === 'redis') return startRedisStore;
  if (name === 'postgres') return (standbys: number) => startPostgresStore(standbys === 0 ? 0 : 1);
  throw new Error(`there is no store "${name}"`);
}
