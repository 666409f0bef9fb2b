import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Adapters } from '../../src/gateway/own-adapters.ts';
import { createCodeHasher } from '../../src/system/hasher.ts';

/**
 * Hashes codes as the configuration says, at a fraction of production's cost: some 30 ms of a core for each code sent and each compared is
 * what most tests would spend most of their time on. Those that are about the cost bring a hasher of their own.
 */
export function cheapHasher({ secret, hashing }: ConfigInput): Pick<Adapters, 'hasher'> {
  const secrets = [secret].flat().filter((one) => typeof one === 'string');
  if (secrets.length < [secret].flat().length) return {};
  const { concurrency = 2, queue = 64 } = hashing ?? {};
  return { hasher: createCodeHasher({ secrets, concurrency, queue, timeCost: 1, memoryKiB: 64 }) };
}
