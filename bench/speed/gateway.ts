import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { MEASURED_CORE } from './pinned.ts';
import { type Running, startServer } from './server.ts';

/** The program. */
export const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
export const SECRET = 'a secret for measuring, which nobody needs to keep';
const WEBHOOK_SECRET = `whsec_${Buffer.from(SECRET).toString('base64')}`;

export type Criteria = ConfigInput['rules'][number]['when'];

export type GatewayOptions = Omit<ConfigInput, 'secret' | 'listen' | 'version'>;

/** countersign as an operator runs it, on a core of its own. */
export function startGateway(
  folder: string,
  options: GatewayOptions,
  program = MAIN,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  return startServer((port) => {
    const path = join(folder, `countersign-${port}.json`);
    const listen = { host: '127.0.0.1', port };
    const whole = { version: 1, listen, ...options, secret: { env: 'COUNTERSIGN_SECRET' } };
    writeFileSync(path, JSON.stringify(whole));
    const args = [...NODE_FLAGS, program, 'serve', '-c', path];
    return {
      core: MEASURED_CORE,
      program: process.execPath,
      args,
      env: {
        COUNTERSIGN_SECRET: SECRET,
        COUNTERSIGN_WEBHOOK: WEBHOOK_SECRET,
        NODE_ENV: 'production',
        ...env,
      },
    };
  });
}

/** For a profile: `BENCH_NODE_FLAGS="--cpu-prof"`. */
const NODE_FLAGS = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);

/** What rules are about. A CRM shows all of them, and a save of the whole record names them. */
const FIELDS = [
  'status',
  'stage',
  'owner',
  'priority',
  'approval',
  'category',
  'contract',
  'discount',
  'region',
  'bank',
];

/** How criteria are written: by clauses of our own, or in JsonLogic alone. */
export type Style = 'clauses' | 'logic';

/** That a field becomes a value. */
export function becomes(field: string, value: string, style: Style): Criteria {
  return style === 'clauses' ? { changed_to: [field, value] } : { '==': [{ var: `record.${field}` }, value] };
}

/** Rules over modules, of which the first is the one that is loaded. `when` is that of its first rule; the others are about other states of other fields. */
export function optionsFor(
  crm: string,
  {
    rules,
    modules,
    when,
    style = 'clauses',
  }: {
    readonly rules: number;
    readonly modules: number;
    readonly when: Criteria;
    readonly style?: Style;
  },
): GatewayOptions {
  const names = Array.from({ length: modules }, (_, index) => (index === 0 ? 'Notes' : `Module${index}`));
  return {
    admin: false,
    upstream: { url: crm },
    store: { kind: 'memory' },
    audit: { kind: 'none' },
    unmappedWrites: 'forward',
    log: { level: 'info' },
    modules: Object.fromEntries(
      names.map((name) => [name, { dialect: 'rest', path: `/api/${name}`, values: ['address', 'tags'] }]),
    ),
    channels: { email: { kind: 'outbox' } },
    rules: Array.from({ length: rules }, (_, index) => ({
      id: index + 1,
      name: `Rule number ${index + 1}`,
      module: names[index % modules] ?? 'Notes',
      when:
        index === 0
          ? when
          : becomes(FIELDS[((index / modules) % FIELDS.length) | 0] ?? 'status', `State ${index}`, style),
      recipientChange: 'allow' as const,
      send: { to: [{ channel: 'email', address: 'email' }] },
    })),
  };
}
