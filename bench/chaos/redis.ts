import { setTimeout as pause } from 'node:timers/promises';
import { type RedisServer, startRedis } from '../../test/harness/redis-server.ts';

/** Two servers that keep what they acknowledged, and a Sentinel that makes one of them the master. */
export type ChaosRedis = {
  readonly name: string;
  readonly sentinel: RedisServer;
  /** The one that Sentinel names. */
  master(): Promise<RedisServer>;
  replica(): Promise<RedisServer>;
  /** Tells Sentinel to make the replica the master, as soon as it finds it good enough. */
  askForFailover(): Promise<void>;
  /** Waits until Sentinel names the other one. */
  movedFrom(server: RedisServer): Promise<void>;
  /** Brings a server back that was killed, as a replica where it is not the master any more. */
  revive(server: RedisServer): Promise<void>;
  /** Waits until the replica acknowledges again. */
  isWhole(): Promise<void>;
  stop(): Promise<void>;
};

const DURABLE = ['appendonly yes', 'appendfsync always'];

export async function startChaosRedis(): Promise<ChaosRedis> {
  const name = 'ledger';
  const first = await startRedis({ lines: DURABLE });
  const second = await startRedis({ lines: [...DURABLE, `replicaof ${first.host} ${first.port}`] });
  const sentinel = await startRedis({
    sentinel: true,
    lines: [
      `sentinel monitor ${name} ${first.host} ${first.port} 1`,
      `sentinel down-after-milliseconds ${name} 400`,
      `sentinel failover-timeout ${name} 2000`,
    ],
  });
  // Its own rounds are of ten and two seconds; an older Sentinel keeps those.
  await sentinel.call('SENTINEL', 'DEBUG', 'info-period', 200, 'publish-period', 100).catch(() => undefined);
  const servers = [first, second] as const;

  async function master(): Promise<RedisServer> {
    const [, port] = (await sentinel.call('SENTINEL', 'get-master-addr-by-name', name)) as string[];
    return Number(port) === second.port ? second : first;
  }

  const redis: ChaosRedis = {
    name,
    sentinel,
    master,
    replica: async () => ((await master()) === first ? second : first),
    askForFailover: () => holds(async () => (await sentinel.call('SENTINEL', 'FAILOVER', name)) === 'OK'),
    movedFrom: (server) => holds(async () => (await master()) !== server),
    async revive(server) {
      await server.start();
      const leader = await master();
      if (leader !== server) await server.call('REPLICAOF', leader.host, leader.port);
    },
    isWhole: () =>
      holds(async () => {
        const info = String(await (await master()).call('INFO', 'replication'));
        const known = (await sentinel.call('SENTINEL', 'replicas', name)) as unknown[];
        return (
          /role:master/.test(info) && /slave0:.*state=online,offset=[1-9]/.test(info) && known.length > 0
        );
      }),
    async stop() {
      await Promise.all([...servers, sentinel].map((server) => server.stop()));
    },
  };
  await redis.isWhole();
  return redis;
}

/** On a machine so busy that its clock seems to jump, Sentinel does nothing for half a minute. https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#tilt-mode */
const PATIENCE_MS = 120_000;

async function holds(condition: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > until) throw new Error('Redis did not come to itself');
    await pause(20);
  }
}
