import { createServer } from 'node:net';

const HOST = '127.0.0.1';
/** Below those that systems give out, and so are the ports of clusters. */
const FIRST = 10_000;
const PORTS = 10_000;
/** Workers of one run look at ports of their own: two that look at once do not find the same one. */
const SHARES = 8;
const SHARE = PORTS / SHARES;

const share = FIRST + (Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES) * SHARE;
/** Another one each time, so that none is given twice; begun anywhere, since other runs look too. */
let turn = Math.floor(Math.random() * SHARE);

/** A port on which nobody listens, such that a cluster's own port, 10000 above, is free too. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = share + (turn++ % SHARE);
    if ((await isFree(port)) && (await isFree(port + PORTS))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}
