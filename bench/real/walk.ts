import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { Plugin } from '../../src/plugin.ts';
import { importPlugin } from '../../src/plugins/import.ts';
import type { Client, Row, Step, Stored, System } from './system.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/real', import.meta.url));

/** Puts the gateway in front of a real server with its example's configuration, and walks through everything. */
export async function walk(name: string, system: System): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-real-'));
  const outbox = createOutbox({ addressKind: 'email' });
  const { plugins: files = [], ...configuration } = configurationOf(name, system, folder);
  const plugins = await Promise.all(files.map((file) => pluginAt(file, join(EXAMPLES, name))));
  const gateway = createGateway(configuration, { channels: { email: outbox }, plugins });
  try {
    const { url } = await gateway.listen();
    const client = await system.client(url);
    await system.reset();
    return [
      ...(await inOrder(client.works, ([what, act]) => working(what, act))),
      ...(await story('', client.save, system, outbox)),
      ...(
        await inOrder(client.saves ?? [], ([name, save]) => story(` by ${name}`, save, system, outbox))
      ).flat(),
      ...(await inOrder(client.doors, (door) => closed(door, system))),
    ];
  } finally {
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Written = ConfigInput & { readonly plugins?: readonly string[] };

async function pluginAt(file: string, folder: string): Promise<Plugin> {
  const imported = await importPlugin(file, folder);
  if (!imported.ok) throw new Error(`${file} cannot be loaded: ${imported.reason}`);
  return imported.plugin as Plugin;
}

/** The example's file, with the server where it is now, and what only a run can know in its place. */
function configurationOf(name: string, { url, names = {} }: System, folder: string): Written {
  const text = readFileSync(join(EXAMPLES, name, 'countersign.yaml'), 'utf8');
  const filled = text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => names[key] ?? whole);
  const written = parse(filled) as Written;
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'a secret of a run that nobody needs to keep');
  return {
    ...written,
    listen: { port: 0 },
    admin: false,
    secret: { file: secret },
    store: { kind: 'memory' },
    log: { level: 'silent' },
    upstream: { url, timeout: '60s' },
    limits: {
      address: { hour: 1000, day: 1000 },
      caller: { hour: 1000, wrong: 1000 },
      ip: { hour: 1000, wrong: 1000 },
      total: { minute: 1000 },
    },
  };
}

async function inOrder<T, R>(steps: readonly T[], run: (step: T) => Promise<R>): Promise<readonly R[]> {
  const rows: R[] = [];
  for (const step of steps) rows.push(await run(step));
  return rows;
}

async function working(what: string, act: () => Promise<unknown>): Promise<Row> {
  const note = await act().then(
    () => '',
    (error: unknown) => messageOf(error),
  );
  return { part: 'works', what, ok: note === '', note };
}

async function story(
  way: string,
  save: Client['save'],
  system: System,
  outbox: { lastCode(): string | undefined },
): Promise<readonly Row[]> {
  const before = await system.stored();
  const refusal = await save().then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
  const untouched = isSame(before, await system.stored());
  const code = outbox.lastCode();
  const saved = await save(code).then(
    () => '',
    (error: unknown) => messageOf(error),
  );
  const after = await system.stored();
  await system.reset();
  return [
    {
      part: 'story',
      what: `the client hears of the refusal${way}`,
      ok: refusal !== undefined,
      note: refusal ?? 'it took it for a success',
    },
    {
      part: 'story',
      what: `nothing is stored, and the customer has a code${way}`,
      ok: untouched && code !== undefined,
      note: '',
    },
    {
      part: 'story',
      what: `the code saves it${way}`,
      ok: saved === '' && after.status !== before.status,
      note: saved,
    },
  ];
}

/** Whether what is stored is as before, whatever the door answered. */
async function closed([what, act]: Step, system: System): Promise<Row> {
  const before = await system.stored();
  const note = await act().then(
    () => 'answered',
    (error: unknown) => messageOf(error),
  );
  const after = await system.stored().catch(() => undefined);
  const ok = after !== undefined && isSame(before, after);
  if (!ok) await system.reset();
  return { part: 'door', what, ok, note: ok ? note : `stored: ${JSON.stringify(after)}` };
}

function isSame(one: Stored, two: Stored): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}

function messageOf(error: unknown): string {
  const parts = [
    error instanceof Error ? error.message : '',
    error instanceof Error ? '' : JSON.stringify(error),
  ];
  return (
    parts
      .filter((part) => part !== '')
      .join(' ')
      .slice(0, 240) || 'an error without words'
  );
}
