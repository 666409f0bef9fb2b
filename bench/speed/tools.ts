import { findInstalled, PROGRAM_FOLDERS, programIn } from '../../test/harness/debian-program.ts';

const PACKAGES = ['wrk', 'nginx', 'libnginx-mod-http-js'];

/** The load generator and the server that is no Node. Installs Debian's packages where that is allowed; else fails and says what to install. */
export async function haveTools(): Promise<void> {
  await findInstalled({
    packages: PACKAGES,
    find: () => {
      const found = ['wrk', 'nginx', 'taskset'].map((name) => programIn(PROGRAM_FOLDERS, name));
      return found.every(Boolean) ? found : undefined;
    },
    missing: `npm run bench needs wrk, nginx and its njs module: apt-get install ${PACKAGES.join(' ')}`,
  });
}
