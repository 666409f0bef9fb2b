import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../explain/problem.ts';
import { reasonOf } from '../file/read-file.ts';
import type { Decoded } from '../schema/schema.ts';
import type { TlsFiles } from './snapshot.ts';

/** Where certificate and key are; that they can be read and belong together is a condition of the whole. */
export function compileTls(
  { tls }: Decoded['listen'],
  folder: string,
  findings: Diagnostic[],
): TlsFiles | undefined {
  if (!tls) return undefined;
  const files = { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) };
  const fail = (member: keyof TlsFiles, message: string) => {
    findings.push({ path: ['listen', 'tls', member], message });
    return undefined;
  };
  const read = <T>(member: keyof TlsFiles, what: string, parse: (text: string) => T): T | undefined => {
    let text: string;
    try {
      text = readFileSync(files[member], 'utf8');
    } catch (error) {
      return fail(member, `the file ${tls[member]} cannot be read: ${reasonOf(error)}`);
    }
    try {
      return parse(text);
    } catch {
      return fail(member, `the file ${tls[member]} holds no ${what}`);
    }
  };
  const certificate = read('cert', 'PEM certificate', (text) => new X509Certificate(text));
  const key = read('key', 'PEM key without a passphrase', (text) => createPrivateKey(text));
  if (!certificate || !key) return undefined;
  return certificate.checkPrivateKey(key)
    ? files
    : fail('key', `the file ${tls.key} is not the key of the certificate in ${tls.cert}`);
}
