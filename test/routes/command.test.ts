import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { run } from '../cli/run.ts';
import { runHere } from '../cli/run-here.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';

const CRM = 'http://127.0.0.1:3000';

function write(folder: string, changes: object = {}): string {
  const path = join(folder, 'countersign.yaml');
  const options = { ...gatewayOptions(CRM), listen: { port: 8080 }, ...changes };
  writeFileSync(path, stringify({ ...options, secret: { env: 'COUNTERSIGN_SECRET' } }));
  return path;
}

const made = (folder: string, ...words: readonly string[]) =>
  run(['routes', '-c', join(folder, 'countersign.yaml'), ...words]);
const madeHere = (folder: string, ...words: readonly string[]) =>
  runHere(['routes', '-c', join(folder, 'countersign.yaml'), ...words]);

test('a file that was made of the configuration is of today, and another module makes it one of yesterday', () => {
  const folder = openFolder();
  write(folder);
  const { out } = made(folder, '--format', 'nginx', '--listen', '127.0.0.1:8443');
  const file = join(folder, 'routes.conf');
  writeFileSync(file, out);
  expect(made(folder, '--check', file)).toMatchObject({
    code: 0,
    out: expect.stringContaining('is of today'),
  });
  write(folder, {
    modules: {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      Tickets: { dialect: 'rest', path: '/api/Tickets' },
    },
  });
  expect(made(folder, '--check', file)).toMatchObject({
    code: 4,
    err: expect.stringContaining('countersign routes --format nginx --listen 127.0.0.1:8443'),
  });
  expect(made(folder, '--format', 'nginx', '--listen', '127.0.0.1:8443').out).toContain('/api/Tickets');
});

test('a file that somebody changed is not of today, and one that was not made here neither', async () => {
  const folder = openFolder();
  write(folder);
  const file = join(folder, 'routes.conf');
  const { out } = await madeHere(folder, '--format', 'haproxy');
  writeFileSync(file, out.replace('/api/DeliveryNotes', '/api/Delivery'));
  expect((await madeHere(folder, '--check', file)).code).toBe(4);
  writeFileSync(file, `# mine\n${out}`);
  expect(await madeHere(folder, '--check', file)).toMatchObject({
    code: 4,
    err: expect.stringContaining('was not made by'),
  });
});

test.each([
  [['--format', 'iis'], 2, '--format must be one of nginx, haproxy, caddy, apache, envoy'],
  [[], 2, '--format is missing'],
  [['--format', 'nginx', '--listen', '8000'], 2, '--listen must be HOST:PORT'],
  [['--format', 'nginx', '--upstream', 'crm.test'], 2, '--upstream must be an address'],
  [['--format', 'nginx', '--upstream', 'http://crm.test/{a}'], 2, '--upstream must be an address'],
  [['--format', 'nginx', '--upstream', 'http://crm.test/%41'], 4, 'cannot be written down for a front proxy'],
])('%j ends with %s and a sentence', async (words, code, sentence) => {
  const folder = openFolder();
  write(folder);
  const ran = await madeHere(folder, ...words);
  expect([ran.code, ran.out]).toEqual([code, '']);
  expect(ran.err).toContain(sentence);
});

test('where the system chooses the port of the gateway, it has to be said', async () => {
  const folder = openFolder();
  write(folder, { listen: { port: 0 } });
  expect(await madeHere(folder, '--format', 'nginx')).toMatchObject({
    code: 4,
    err: expect.stringContaining('say --gateway'),
  });
  expect((await madeHere(folder, '--format', 'nginx', '--gateway', 'http://127.0.0.1:8080')).code).toBe(0);
});

test.each([
  'nginx',
  'haproxy',
  'caddy',
  'apache',
  'envoy',
])('%s asks a CRM over HTTPS by its own certificates', async (format) => {
  const folder = openFolder();
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, '-----BEGIN CERTIFICATE-----\n');
  write(folder, { upstream: { url: 'https://crm.acme.test/base', caFile: 'ca.pem', host: 'upstream' } });
  const { code, out } = await madeHere(folder, '--format', format);
  expect(code).toBe(0);
  for (const part of [caFile, 'crm.acme.test', '443', '/base']) expect(out).toContain(part);
  expect(readFileSync(caFile, 'utf8')).not.toBe('');
});

test('several upstreams are not written down, since a front proxy would send the cookies of one to another', async () => {
  const folder = openFolder();
  write(folder, { upstreams: { erp: { url: 'http://127.0.0.1:3001' } } });
  const { code, out, err } = await madeHere(folder, '--format', 'nginx');
  expect({ code, out }).toEqual({ code: 4, out: '' });
  expect(err).toContain('Several upstreams cannot be written down');
});
