import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { startDemoCrm } from '../deploy/demo-crm.ts';
import { SECRET } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { openCrm } from '../harness/world.ts';
import { ACME } from '../plugins/a-plugin.ts';
import { ROOT } from './commands.ts';
import type { Terminal } from './terminal.ts';

/** What a page takes to be there before anybody types. */
type Scene = {
  readonly environment?: Readonly<Record<string, string>>;
  /** Addresses of the page, and what they are on this machine. */
  readonly places: readonly (readonly [from: string, to: string])[];
  /** What happens before a command without being typed. */
  before?(command: string, terminal: Terminal): Promise<void>;
};

/** By page; each gets the folder in which its commands are typed. */
export const SCENES: Readonly<Record<string, (folder: string) => Promise<Scene>>> & {
  readonly default: (folder: string) => Promise<Scene>;
} = {
  default: async () => ({ places: [] }),
  'README.md': async (folder) => {
    const crm = await openCrm();
    const [text = ''] = yamlOf('README.md');
    const places = await serveable(folder, 'countersign.yaml', text, crm.url);
    // The checkout has it under its own name.
    return { places: [...places, ['npx countersign', 'countersign']] };
  },
  'docs/clients.md': async (folder) => {
    const crm = await openCrm();
    const file = 'countersign.yaml';
    const places = await serveable(folder, file, yamlOf('README.md')[0] ?? '', crm.url);
    let isUp = false;
    return {
      places,
      environment: { COUNTERSIGN_SECRET: SECRET },
      async before(_command, terminal) {
        if (!isUp) await terminal.start(`countersign serve -c ${file}`, /"url":/);
        isUp = true;
      },
    };
  },
  'docs/cli.md': async (folder) => {
    const [cases = ''] = yamlOf('docs/cli.md');
    const [first] = (parse(cases) as { readonly cases: readonly { request: Asked; before: object }[] }).cases;
    if (!first) throw new Error('the page has no case');
    const { method, path, body } = first.request;
    writeFileSync(
      join(folder, 'deliver.http'),
      `${method} ${path}\nContent-Type: application/json\n\n${JSON.stringify(body)}\n`,
    );
    writeFileSync(join(folder, 'note-45.json'), JSON.stringify(first.before));
    const [readme = ''] = yamlOf('README.md');
    writeFileSync(join(folder, 'countersign.yaml'), readme);
    const document = 'test/init/documents/field-service.yaml';
    writeFileSync(join(folder, 'openapi.yaml'), readFileSync(join(ROOT, document)));
    const crm = await openCrm();
    const changes = {
      upstream: { url: crm.url },
      channels: { email: { kind: 'outbox', folder: './outbox' } },
    };
    return {
      places: [],
      environment: { COUNTERSIGN_SECRET: SECRET },
      async before(command) {
        if (!command.startsWith('countersign doctor')) return;
        writeFileSync(join(folder, 'countersign.yaml'), stringify({ ...parse(readme), ...changes }));
      },
    };
  },
  ...Object.fromEntries(
    ['index', 'nginx', 'haproxy', 'caddy', 'apache', 'envoy'].map((name) => [
      `docs/routes/${name}.md`,
      async (folder: string) => {
        writeFileSync(join(folder, 'countersign.yaml'), yamlOf('README.md')[0] ?? '');
        return { places: [['npx countersign', 'countersign'] as const] };
      },
    ]),
  ),
  'docs/plugins.md': async (folder) => {
    const [page = ''] = yamlOf('docs/plugins.md');
    writeFileSync(join(folder, 'countersign.yaml'), page);
    writeFileSync(join(folder, 'acme.mjs'), ACME);
    return { places: [] };
  },
  'docs/operations/containers.md': async (folder) => {
    const file = 'deploy/compose/countersign.yaml';
    const crm = await startDemoCrm();
    const changes = {
      store: { kind: 'memory' },
      channels: { email: { kind: 'outbox' } },
      audit: { kind: 'none' },
    };
    const text = stringify({ ...parse(readFileSync(join(ROOT, file), 'utf8')), ...changes });
    const places = await serveable(folder, file, text, crm);
    return {
      places,
      environment: { COUNTERSIGN_SECRET: SECRET },
      // In the place of `docker compose up`.
      async before(command, terminal) {
        if (command.startsWith('curl')) await terminal.start(`countersign serve -c ${file}`, /"url":/);
      },
    };
  },
};

type Asked = { readonly method: string; readonly path: string; readonly body: object };

/** Writes a page's configuration, before this CRM and on ports that are free; gives the places that changed by that. */
async function serveable(
  folder: string,
  file: string,
  text: string,
  crmUrl: string,
): Promise<Scene['places']> {
  const written = parse(text) as { readonly upstream: object };
  const [port, adminPort] = [await freePort(), await freePort()];
  const loopback = { host: '127.0.0.1' };
  writeFileSync(
    join(folder, file),
    stringify({
      ...written,
      listen: { ...loopback, port },
      admin: { ...loopback, port: adminPort },
      upstream: { ...written.upstream, url: crmUrl },
    }),
  );
  return [['http://127.0.0.1:8080', `http://127.0.0.1:${port}`]];
}

function yamlOf(page: string): readonly string[] {
  return [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(
    ([, text = '']) => text,
  );
}
