import { randomBytes } from 'node:crypto';
import { createCodeHasher } from '../../src/system/hasher.ts';

/** `node argon2-alone.ts <how many>`: hashes a second, two at once, as a gateway does them. */
const count = Number(process.argv[2]);
const hasher = createCodeHasher({ secrets: [randomBytes(32).toString('hex')] });
await hasher.hash('000000', 'warm');
const started = performance.now();
let begun = 0;
await Promise.all(
  [1, 2].map(async () => {
    while (begun++ < count) await hasher.hash('123456', 'context');
  }),
);
process.stdout.write(String(count / ((performance.now() - started) / 1000)));
