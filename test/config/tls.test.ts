import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import { certificate, privateKey, renewedKey } from '../channels/localhost-certificate.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';

function problemsOf(listen: object, changes: object = {}): readonly string[] {
  const loaded = compileOptions({ ...gatewayOptions('http://127.0.0.1:9'), listen, ...changes }, {});
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return problems
    .filter(({ path }) => path.startsWith('listen'))
    .map(({ path, message }) => `${path}: ${message}`);
}

function filesIn(folder: string, cert: string, key: string) {
  const tls = { cert: join(folder, 'a.crt'), key: join(folder, 'a.key') };
  writeFileSync(tls.cert, cert);
  writeFileSync(tls.key, key);
  return { tls };
}

describe('listen.tls', () => {
  test('is good where the two files go together', () => {
    expect(problemsOf(filesIn(openFolder(), certificate, privateKey))).toEqual([]);
  });

  test('is a fault where a file is not there, holds something else, or is the key of another certificate', () => {
    const folder = openFolder();
    expect(problemsOf({ tls: { cert: 'nowhere.crt', key: 'nowhere.key' } })).toEqual([
      'listen.tls.cert: the file nowhere.crt cannot be read: there is no such file',
      'listen.tls.key: the file nowhere.key cannot be read: there is no such file',
    ]);
    const swapped = filesIn(folder, privateKey, certificate);
    expect(problemsOf(swapped)).toEqual([
      `listen.tls.cert: the file ${swapped.tls.cert} holds no PEM certificate`,
      `listen.tls.key: the file ${swapped.tls.key} holds no PEM key without a passphrase`,
    ]);
    const mixed = filesIn(folder, certificate, renewedKey);
    expect(problemsOf(mixed)).toEqual([
      `listen.tls.key: the file ${mixed.tls.key} is not the key of the certificate in ${mixed.tls.cert}`,
    ]);
  });

  test('is advised where other machines can come in, unless a proxy in front is named', () => {
    const advice = [expect.stringMatching(/^listen\.host: takes plain HTTP from other machines/)];
    expect(problemsOf({ host: '0.0.0.0' })).toEqual(advice);
    expect(problemsOf({ host: '203.0.113.7' })).toEqual(advice);
    expect(problemsOf({ host: '127.0.0.1' })).toEqual([]);
    expect(problemsOf({ host: '0.0.0.0' }, { trustedProxies: ['10.0.0.0/8'] })).toEqual([]);
    expect(problemsOf({ host: '0.0.0.0', ...filesIn(openFolder(), certificate, privateKey) })).toEqual([]);
  });
});
