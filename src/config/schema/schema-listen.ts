import * as z from 'zod';
import { host, port } from '../../kinds/values.ts';

/** Where a server listens. */
export const listener = (defaultPort: number) =>
  z.strictObject({
    host: host.prefault('127.0.0.1').describe('Address to listen on.'),
    port: port.prefault(defaultPort).describe('Port; 0 lets the system choose one.'),
  });

const tls = z.strictObject({
  cert: z
    .string()
    .min(1)
    .describe(
      'File with the certificate and its intermediate certificates, as PEM; read again when it changes.',
    ),
  key: z
    .string()
    .min(1)
    .describe('File with its key, as PEM without a passphrase; read again when it changes.'),
});

/** Where clients come in. */
export const listenSchema = listener(8080).extend({
  tls: tls.optional().describe('HTTPS (TLS 1.2 and later) instead of plain HTTP.'),
});
