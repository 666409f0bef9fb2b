import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Snapshot } from '../config/compile/snapshot.ts';
import { CountersignError } from '../core/fault.ts';
import { watchConnections } from './silent-connections.ts';

/** Node's defaults close idle connections before load balancers do, and end half-closed clients before their answer. */
export function tuned(server: Server): Server {
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  server.requestTimeout = 0;
  watchConnections(server);
  return Object.assign(server, { httpAllowHalfOpen: true });
}

/** Opens a port, and gives its address. `CountersignError('port-in-use')` where that is not possible. */
export function open(server: Server, { host, port, tls }: Snapshot['listen']): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const hint =
      error.code === 'EADDRINUSE' ? 'it is taken; choose another one in the configuration' : error.message;
    reject(
      new CountersignError('port-in-use', `cannot listen on ${host}:${port}: ${hint}`, { cause: error }),
    );
  });
  server.listen(port, host, () => {
    const { port: actual } = server.address() as AddressInfo;
    resolve(`${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${actual}`);
  });
  return promise;
}
