import { setTimeout as pause } from 'node:timers/promises';
import { type RedisServer, startRedis } from './redis-server.ts';

/** A master, its replica and a Sentinel that watches them. */
export type RedisGroup = {
  readonly name: string;
  readonly sentinels: readonly RedisServer[];
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** Has Sentinel notice soon that the master is away, and resolves when it names the replica as master. */
  failedOver(): Promise<void>;
  stop(): Promise<void>;
};

export type RedisCluster = {
  /** Three masters, each with a third of the slots. */
  readonly nodes: readonly [RedisServer, RedisServer, RedisServer];
  stop(): Promise<void>;
};

/** Starts a replica of a server, and waits until it has everything. */
export async function startReplica(of: RedisServer): Promise<RedisServer> {
  const replica = await startRedis({ lines: [`replicaof ${of.host} ${of.port}`] });
  await holds(async () =>
    String(await replica.call('INFO', 'replication')).includes('master_link_status:up'),
  );
  await holds(() => isFollowed(of));
  return replica;
}

export async function startSentinelGroup(): Promise<RedisGroup> {
  const name = 'ledger';
  const master = await startRedis();
  const replica = await startReplica(master);
  const sentinel = await startRedis({
    sentinel: true,
    lines: [
      `sentinel monitor ${name} ${master.host} ${master.port} 1`,
      // On a machine that stands still for a moment nobody is taken for dead who is not.
      `sentinel down-after-milliseconds ${name} 60000`,
      `sentinel failover-timeout ${name} 2000`,
    ],
  });
  await holds(async () => ((await sentinel.call('SENTINEL', 'replicas', name)) as unknown[]).length === 1);
  const servers = [sentinel, replica, master];
  return {
    name,
    sentinels: [sentinel],
    master,
    replica,
    async failedOver() {
      await sentinel.call('SENTINEL', 'SET', name, 'down-after-milliseconds', 400);
      await holds(async () => {
        const address = (await sentinel.call('SENTINEL', 'get-master-addr-by-name', name)) as string[];
        return Number(address[1]) === replica.port;
      });
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

const SLOTS = 16_384;

export async function startRedisCluster(): Promise<RedisCluster> {
  const lines = ['cluster-enabled yes', 'cluster-node-timeout 2000', 'cluster-config-file nodes.conf'];
  const start = () => startRedis({ lines });
  const nodes = await Promise.all([start(), start(), start()] as const);
  for (const [index, node] of nodes.entries()) {
    await node.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    const [from, to] = [index, index + 1].map((part) => Math.round((SLOTS * part) / nodes.length)) as [
      number,
      number,
    ];
    await node.call('CLUSTER', 'ADDSLOTS', ...Array.from({ length: to - from }, (_, slot) => from + slot));
    if (index > 0) await node.call('CLUSTER', 'MEET', nodes[0].host, nodes[0].port);
  }
  await Promise.all(
    nodes.map((node) => holds(async () => isWhole(String(await node.call('CLUSTER', 'INFO'))))),
  );
  return {
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** Starts a node more, as the replica of one of the masters. */
export async function startClusterReplica({ nodes: [one, two] }: RedisCluster): Promise<RedisServer> {
  const replica = await startRedis({ lines: ['cluster-enabled yes', 'cluster-config-file nodes.conf'] });
  const id = String(await one.call('CLUSTER', 'MYID'));
  await replica.call('CLUSTER', 'MEET', two.host, two.port);
  await holds(async () => String(await replica.call('CLUSTER', 'NODES')).includes(id));
  await replica.call('CLUSTER', 'REPLICATE', id);
  await holds(() => isFollowed(one));
  return replica;
}

/** A replica has acknowledged something: up to a second after it is online, it is sent nothing. */
async function isFollowed(master: RedisServer): Promise<boolean> {
  return /slave0:.*state=online,offset=[1-9]/.test(String(await master.call('INFO', 'replication')));
}

function isWhole(info: string): boolean {
  return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
}

/** Waits until it is so. A server that is away counts as no; the suite's own timeout ends a wait in vain. */
export async function holds(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await pause(20);
}
