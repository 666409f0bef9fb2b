import { randomFillSync, randomInt } from 'node:crypto';
import type { Random } from '../ports.ts';

/**
 * The system's cryptographic source. `randomInt` draws again instead of taking a remainder, so no number is likelier than
 * another (https://nodejs.org/api/crypto.html#cryptorandomintmin-max-callback). Ids have 128 bits.
 */
export const systemRandom: Random = {
  below: (size) => randomInt(size),
  id() {
    used += ID_BYTES;
    if (used >= pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return pool.toString('base64url', used, used + ID_BYTES);
  },
};

const ID_BYTES = 16;
/** Drawn at once, because each call of the source costs as much as many bytes do. */
const pool = Buffer.alloc(256 * ID_BYTES);
let used = pool.length;
