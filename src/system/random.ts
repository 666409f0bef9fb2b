import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../ports.ts';

/**
 * The system's cryptographic source. `randomInt` draws again instead of taking a remainder, so no number is likelier than
 * another (https://nodejs.org/api/crypto.html#cryptorandomintmin-max-callback). Ids have 128 bits.
 */
export const systemRandom: Random = {
  below: (size) => randomInt(size),
  id: () => randomBytes(16).toString('base64url'),
};
