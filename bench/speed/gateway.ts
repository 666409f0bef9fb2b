import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { ConfigInput } from '../../src/config/schema.ts';
import { MEASURED_CORE } from './pinned.ts';
import { type Running, startServer } from './server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
export const SECRET = 'a secret for measuring, which nobody needs to keep';
const WEBHOOK_SECRET = `whsec_${Buffer.from(SECRET).toString('base64')}`;

export type GatewayOptions = Omit<ConfigInput, 'secret' | 'listen' | 'version'>;

/** countersign as an operator runs it, on a core of its own. */
export function startGateway(folder: string, options: GatewayOptions): Promise<Running> {
  return startServer((port) => {
    const path = join(folder, `countersign-${port}.yaml`);
    const listen = { host: '127.0.0.1', port };
    const whole = { version: 1, listen, ...options, secret: { env: 'COUNTERSIGN_SECRET' } };
    writeFileSync(path, stringify(whole));
    const args = [...NODE_FLAGS, MAIN, 'serve', '-c', path];
    return {
      core: MEASURED_CORE,
      program: process.execPath,
      args,
      env: { COUNTERSIGN_SECRET: SECRET, COUNTERSIGN_WEBHOOK: WEBHOOK_SECRET, NODE_ENV: 'production' },
    };
  });
}

/** For a profile: `BENCH_NODE_FLAGS="--cpu-prof"`. */
const NODE_FLAGS = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);

/** Rules over modules, of which the first is the one that is loaded: its rule never speaks about what is sent. */
export function optionsFor(
  crm: string,
  { rules, modules, when }: { readonly rules: number; readonly modules: number; readonly when: unknown },
): GatewayOptions {
  const names = Array.from({ length: modules }, (_, index) => (index === 0 ? 'Notes' : `Module${index}`));
  return {
    admin: false,
    upstream: { url: crm },
    store: { kind: 'memory' },
    audit: { kind: 'none' },
    unmappedWrites: 'forward',
    log: { level: 'info' },
    modules: Object.fromEntries(names.map((name) => [name, { dialect: 'rest', path: `/api/${name}` }])),
    channels: { email: { kind: 'outbox' } },
    rules: Array.from({ length: rules }, (_, index) => ({
      id: index + 1,
      name: `Rule number ${index + 1}`,
      module: names[index % modules] ?? 'Notes',
      when: when as Record<string, unknown>,
      recipientChange: 'allow' as const,
      send: { to: [{ channel: 'email', address: 'email' }] },
    })),
  };
}
