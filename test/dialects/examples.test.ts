import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { readTestFile, runCases } from '../../src/cli/rules/test-file.ts';
import { compileOptions, loadConfig } from '../../src/config/load.ts';
import { SECRET } from '../harness/delivery.ts';

const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe.each(['odata', 'graphql', 'frappe', 'odoo'])('the page and the example for %s', (name) => {
  it('the configuration of the page is accepted as it stands', () => {
    const page = readFileSync(fileOf(`docs/dialects/${name}.md`), 'utf8');
    const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];
    const { modules } = parse(text) as { modules: Record<string, unknown> };
    const upstream = { url: 'http://127.0.0.1:3000' };
    const channels = { email: { kind: 'outbox' } };
    const [first] = Object.keys(modules);
    const send = { to: [{ channel: 'email', address: 'email' }] };
    const version = 1;
    const rules = [{ id: 7, name: 'Any', module: first, when: { changed: 'status' }, send }];
    const loaded = compileOptions(
      { version, upstream, secret: SECRET, store: { kind: 'memory' }, channels, modules, rules },
      {},
    );
    expect(loaded).toMatchObject({ ok: true });
    expect(page).toContain(`examples/${name}/`);
  });

  it('the example has nothing to say against, and judges each of its cases as it says', async () => {
    vi.stubEnv('COUNTERSIGN_SECRET', SECRET);
    onTestFinished(() => void vi.unstubAllEnvs());
    const loaded = loadConfig(fileOf(`examples/${name}/countersign.yaml`), process.env);
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
    const results = await runCases(readTestFile(fileOf(`examples/${name}/countersign.test.yaml`)));
    expect(results.length).toBeGreaterThan(4);
    expect(results.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
  });
});
