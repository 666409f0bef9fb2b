import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const PACKAGES = ['wrk', 'nginx', 'libnginx-mod-http-js'] as const;

/** The load generator and the server that is no Node. Installs Debian's packages where that is allowed; else fails and says what to install. */
export async function haveTools(): Promise<void> {
  const missing = await Promise.all(['wrk', 'nginx', 'taskset'].map(isMissing));
  if (!missing.some(Boolean)) return;
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error(
      `npm run bench needs wrk, nginx and its njs module: apt-get install ${PACKAGES.join(' ')}`,
    );
  const apt = (...args: string[]) =>
    promisify(execFile)('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  const install = () => apt('install', '--yes', '--no-install-recommends', ...PACKAGES);
  await install().catch(async () => {
    await apt('update');
    await install();
  });
}

async function isMissing(program: string): Promise<boolean> {
  return promisify(execFile)('which', [program]).then(
    () => false,
    () => true,
  );
}
