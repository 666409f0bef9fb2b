import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findInstalled, PROGRAM_FOLDERS, programIn } from './debian-program.ts';

/** Where Debian puts each version's programs, which stand in no PATH. */
const DEBIAN = '/usr/lib/postgresql';

const MISSING =
  'The tests of the Postgres store need the programs initdb, postgres and pg_basebackup, version 13 or later. Install them with ' +
  '"apt-get install postgresql", "brew install postgresql" or what your system has, and run the tests again.';

/** The folder of the server's programs. Installs Debian's package where that is allowed; else fails and says what to install. */
export const findPostgresPrograms = (): Promise<string> =>
  findInstalled({ packages: ['postgresql'], find: found, missing: MISSING, prepare: wantNoCluster });

function found(): string | undefined {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((one, two) => Number(two) - Number(one))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  return [...PROGRAM_FOLDERS, ...debian].find((folder) =>
    ['initdb', 'postgres', 'pg_basebackup'].every((program) => programIn([folder], program)),
  );
}

/** Without a database of the package's own that would stay. */
function wantNoCluster(): void {
  mkdirSync('/etc/postgresql-common/createcluster.d', { recursive: true });
  writeFileSync('/etc/postgresql-common/createcluster.d/none.conf', 'create_main_cluster = false\n');
}
