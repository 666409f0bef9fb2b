import { findInstalled, PROGRAM_FOLDERS, programIn } from './debian-program.ts';

/** In Debian's package of the tools lies the server as well: it is the server when it is called so. */
const NAMES = ['redis-server', 'valkey-server', 'redis-check-rdb'];

const MISSING =
  'The tests of the Redis store need the program redis-server, version 6.2 or later, in PATH. Install it with ' +
  '"apt-get install redis-server", "brew install redis" or what your system has, and run the tests again.';

/**
 * The server's program. Installs Debian's package of the tools where that is allowed, as the server's would start one that stays; else
 * fails and says what to install.
 */
export const findRedisProgram = (): Promise<string> =>
  findInstalled({
    packages: ['redis-tools'],
    find: () => NAMES.map((name) => programIn(PROGRAM_FOLDERS, name)).find(Boolean),
    missing: MISSING,
  });
