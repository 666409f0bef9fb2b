import { type ChaosFigures, chaos } from './chaos/run.ts';
import { runCommand } from './command.ts';

const HELP = `Usage: npm run chaos -- [options]

Sends right, wrong and replayed codes to three gateways over a Redis with a replica and Sentinel, while gateways are killed,
Redis is stopped, restarted and failed over, and the CRM cuts and stalls. Fails where a save arrived without a code of its own,
a code arrived with two saves, a budget was passed, or an honest save lost its code without being told.

  --seconds N        how long there is trouble (300)
  --seed N           the same seed makes the same choices (1)
  --tellers N        stories at once (12)
  --min-replicas N   how many replicas must acknowledge a step (1); with 0, failovers may break promises
  --help             this text

Exit codes: 0 all is well, 1 a promise was broken, 2 the options cannot be read.
`;

const COMMAND = { help: HELP, options: ['seconds', 'seed', 'tellers', 'min-replicas'] };

process.exitCode = await runCommand(
  COMMAND,
  ({ count }) => ({
    seconds: count('seconds', 300),
    seed: count('seed', 1),
    tellers: count('tellers', 12),
    minReplicas: count('min-replicas', 1),
  }),
  async (options) => {
    const onProgress = ({ kills, failovers, sent, arrived }: ChaosFigures) =>
      void process.stderr.write(
        `${kills} kills, ${failovers} failovers, ${sent} saves sent, ${arrived} arrived\n`,
      );
    const { figures, violations } = await chaos({ ...options, onProgress });
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n${violations.length} violations\n`);
    for (const violation of violations.slice(0, 50)) process.stdout.write(`VIOLATION ${violation}\n`);
    return violations.length === 0 ? 0 : 1;
  },
);
