import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { TlsFiles } from '../config/compile/snapshot.ts';
import { watchFile } from '../config/watch.ts';
import { CountersignError } from '../core/fault.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../ports.ts';

/**
 * What every browser and HTTP client of the last ten years supports, with forward secrecy: the intermediate list of
 * https://wiki.mozilla.org/Security/Server_Side_TLS, without the slow DHE.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

const SETTINGS = { minVersion: 'TLSv1.2', ciphers: CIPHERS, ALPNProtocols: ['http/1.1'] } as const;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const WATCH_INTERVAL_MS = 1_000;

/** What a server with TLS tells of itself. */
export type TlsSurroundings = { readonly log: Log; readonly metrics: Metrics };

/**
 * An HTTPS server for these files. When they are renewed, new connections get the new certificate, and those that are open live on; a
 * pair that cannot be used is logged, and the last good one stays. `CountersignError('config-invalid')` where there is no good one yet.
 */
export function createTlsServer(files: TlsFiles, options: ServerOptions, around: TlsSurroundings): Server {
  const { log, metrics } = around;
  const server = createServer({ ...options, ...SETTINGS, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
  const serve = () => {
    const pair = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
    server.setSecureContext({ ...SETTINGS, ...pair });
    metrics.certified(new X509Certificate(pair.cert).validToDate.getTime());
  };
  try {
    serve();
  } catch (error) {
    throw new CountersignError('config-invalid', `listen.tls cannot be used: ${(error as Error).message}`);
  }
  const renew = () => {
    try {
      serve();
      log.info({ ...files }, 'the renewed certificate is served from now on');
    } catch (err) {
      // As between the first and the second of two files that are renewed.
      log.error({ err, ...files }, 'the renewed certificate or key cannot be used; the last good ones stay');
    }
  };
  const ends = [files.cert, files.key].map((file) => watchFile(file, WATCH_INTERVAL_MS, renew));
  server.once('close', () => {
    for (const end of ends) end();
  });
  return server;
}
