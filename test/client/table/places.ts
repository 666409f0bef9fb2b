import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { esbuild } from '../../package/esbuild.ts';
import type { FirefoxPage } from '../firefox.ts';

/** Where cases run. */
export type Place = {
  /** That of the page, where it is one. */
  readonly origin?: string;
  /** Gives what the case saw, as JSON. */
  run(name: string, url: string, control: string): Promise<string>;
  close(): Promise<void>;
};

/** The table and the client in it, as a program that stands alone. */
async function bundled(): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('table.ts', import.meta.url))],
    tsconfigRaw: {},
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  return outputFiles[0]?.text ?? '';
}

/** Reads a case a line and says what it saw, a line each. */
const CALLS = `
const { createInterface } = await import('node:readline');
for await (const line of createInterface({ input: process.stdin })) {
  const said = await runCase(...JSON.parse(line)).then((seen) => ({ seen }), (fault) => ({ fault: String(fault?.stack ?? fault) }));
  process.stdout.write(JSON.stringify(said) + '\\n');
}`;

/** One process for all cases, as a page is one. */
export async function openNode(node: string): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-table-'));
  const file = join(folder, 'table.mjs');
  writeFileSync(file, `${await bundled()}\n${CALLS}`);
  const child = spawn(node, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(...words) {
      child.stdin.write(`${JSON.stringify(words)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${node} has ended`);
      const said = JSON.parse(value) as { readonly seen?: string; readonly fault?: string };
      if (said.seen === undefined) throw new Error(said.fault);
      return said.seen;
    },
    async close() {
      child.stdin.end();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page of an origin of its own, in a tab that stays. */
export async function openPage(page: FirefoxPage): Promise<Place> {
  const script = `${await bundled()}\nglobalThis.runCase = runCase;`;
  const server = createServer(({ url }, response) => {
    response.setHeader('Content-Type', url === '/table.js' ? 'text/javascript' : 'text/html');
    response.end(
      url === '/table.js' ? script : '<!doctype html><script type="module" src="/table.js"></script>',
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  await page.goto(origin);
  return {
    origin,
    run: (...words) => page.run(`runCase(...${JSON.stringify(words)})`),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
