import type { Redis } from 'ioredis';

/** What a server is, as far as a ledger cares. */
export type Examination = {
  /** Why no ledger may be kept there, with what to change. Undefined: it may. */
  readonly refusal: string | undefined;
  /** What an operator should know. */
  readonly warning: string | undefined;
  /** Changes when another server, or another history of the same one, is behind the address. */
  readonly history: string;
};

const OLDEST = [6, 2] as const;

/** Examines a server by what its `INFO` says, which is allowed where `CONFIG` is not, as on managed servers. */
export async function examineRedis(server: Redis): Promise<Examination> {
  return judgeInfo(await server.info());
}

/** Throws where the server is a replica, which may be only for now. */
export function judgeInfo(text: string): Examination {
  const info = readInfo(text);
  if (info.get('role') !== 'master') throw new Error('it is a replica, not a master');
  return {
    refusal: versionRefusal(info.get('redis_version')) ?? policyRefusal(info.get('maxmemory_policy')),
    warning: info.get('aof_enabled') === '0' ? NO_LOG : undefined,
    history: info.get('master_replid') ?? '',
  };
}

const NO_LOG =
  'appendonly is off: after a crash this server may come back with an older snapshot, in which used codes still live; set "appendonly yes"';

function versionRefusal(version = 'unknown'): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isNewEnough ? undefined : `its version is ${version}: Redis ${OLDEST.join('.')} or later is needed`;
}

/** Any other policy throws rows away when memory is short, and with them what was used and how often was guessed. */
function policyRefusal(policy = 'unknown'): string | undefined {
  if (policy === 'noeviction') return undefined;
  return `maxmemory-policy is ${policy}, so that rows of used codes may be evicted: set "maxmemory-policy noeviction" in redis.conf, or run "redis-cli config set maxmemory-policy noeviction"`;
}

function readInfo(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\r\n').map((line) => [line, line.indexOf(':')] as const);
  return new Map(
    pairs.filter(([, at]) => at > 0).map(([line, at]) => [line.slice(0, at), line.slice(at + 1)]),
  );
}
