import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { SECRET } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm } from '../harness/world.ts';
import { installedFolder, plainEnvironment, ROOT, runIn } from './packed.ts';

const env = { COUNTERSIGN_SECRET: SECRET };
const [overExpress = '', inTests = ''] = [
  ...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms),
].map(([, text = '']) => text);

describe('the package in an empty folder', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await installedFolder();
    // What else a team has: the compiler, and the Express of its choice.
    for (const name of ['typescript', '@typescript', '@types/express', '@types/express-serve-static-core'])
      cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
    for (const name of [
      'body-parser',
      'connect',
      'http-errors',
      'qs',
      'range-parser',
      'send',
      'serve-static',
    ])
      cpSync(join(ROOT, 'node_modules/@types', name), join(folder, 'node_modules/@types', name), {
        recursive: true,
      });
  }, 300_000);

  test('says its version, whoever asks', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(runIn(folder, 'npx', ['countersign', '--version'])).toMatchObject({
      code: 0,
      out: `${version}\n`,
    });
  });

  test('is imported and required, and its schema too', () => {
    const names = ['CountersignError', 'countersign', 'createGateway'];
    const shown = 'const show = (all) => console.log(Object.keys(all).sort().join());';
    for (const script of [
      `${shown} show(require('countersign')); show(require('countersign/testing'));`,
      `${shown} import('countersign').then(show).then(() => import('countersign/testing')).then(show);`,
    ])
      expect(runIn(folder, process.execPath, ['-e', script])).toEqual({
        code: 0,
        out: `${names.join()}\ncreateTestGateway\n`,
        err: '',
      });
    const schema = runIn(folder, process.execPath, ['-p', "require('countersign/schema.json').title"]);
    expect(schema).toMatchObject({ code: 0, out: 'countersign configuration\n' });
  });

  test.each([
    ['node16', 'a.mts'],
    ['nodenext', 'a.mts, a.cts'],
    ['bundler', 'a.mts'],
  ])(
    'its types stand by %s in %s, libraries checked too',
    (resolution, listed) => {
      const place = mkdtempSync(join(folder, 'types-'));
      const files = listed.split(', ');
      // What README has, as a whole; a module of CommonJS may not wait at its top.
      for (const file of files)
        writeFileSync(join(place, file), `${overExpress}\n${file.endsWith('cts') ? '' : inTests}`);
      const settings = {
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        target: 'es2022',
        lib: ['es2023'],
        types: ['node'],
        module: resolution === 'bundler' ? 'esnext' : resolution,
        moduleResolution: resolution,
        esModuleInterop: true,
      };
      writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings, files }));
      const compiler = join(folder, 'node_modules/typescript/bin/tsc');
      expect(runIn(place, process.execPath, [compiler, '-p', '.', '--checkers', '1'])).toEqual({
        code: 0,
        out: '',
        err: '',
      });
    },
    240_000,
  );

  test('the configuration of README is checked and served', async () => {
    const place = mkdtempSync(join(folder, 'program-'));
    const crm = await openCrm();
    const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
    const port = await freePort();
    const own = stringify({ listen: { port }, admin: false });
    writeFileSync(join(place, 'countersign.yaml'), `${text.replace('http://127.0.0.1:3000', crm.url)}${own}`);
    const checked = runIn(place, 'npx', ['countersign', 'check', '-c', 'countersign.yaml'], env);
    expect(checked).toMatchObject({ code: 0, out: expect.stringContaining('countersign.yaml is good') });
    const end = start(place, 'npx', ['countersign', 'serve', '-c', 'countersign.yaml']);
    const rep = repOf(`http://127.0.0.1:${port}`);
    expect((await whenUp(() => rep.deliver())).status).toBe(428);
    expect((await rep.deliver(codeIn(join(place, 'data/outbox')))).status).toBe(200);
    await end();
    // npm is gone, and the gateway goes after it.
    await whenGone(() => rep.deliver());
  }, 240_000);

  test.each([
    ['5', 'express'],
    ['4', 'express-4'],
  ])(
    'the middleware of README guards a save in Express %s',
    async (_, name) => {
      const place = mkdtempSync(join(folder, 'express-'));
      const crm = await openCrm();
      const port = await freePort();
      mkdirSync(join(place, 'node_modules'));
      symlinkSync(join(ROOT, 'node_modules', name), join(place, 'node_modules/express'));
      const text = overExpress
        .replace('http://127.0.0.1:3000', crm.url)
        .replace('listen(8080)', `listen(${port})`);
      writeFileSync(join(place, 'gate.mts'), text);
      const end = start(place, process.execPath, ['gate.mts']);
      const rep = repOf(`http://127.0.0.1:${port}`);
      expect((await whenUp(() => rep.deliver())).status).toBe(428);
      expect((await rep.deliver(codeIn(join(place, 'data/outbox')))).status).toBe(200);
      expect(crm.saves).toHaveLength(1);
      await end();
    },
    240_000,
  );

  test('the test of README passes', async () => {
    const crm = await openCrm();
    writeFileSync(join(folder, 'story.mts'), inTests.replace('http://127.0.0.1:3000', crm.url));
    const child = spawn(process.execPath, ['story.mts'], { cwd: folder, stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expect(crm.saves).toHaveLength(1);
  });

  test('a Node that is too old says so in one sentence, and ends with 2', () => {
    const place = mkdtempSync(join(folder, 'old-'));
    writeFileSync(
      join(place, 'older.cjs'),
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.15.1' } });",
    );
    const told = (version: string) => ({
      code: 2,
      out: '',
      err: `countersign needs Node 24.9 or newer, and this is ${version}.\n`,
    });
    const main = join(folder, 'node_modules/countersign/dist/main.js');
    const disguised = [process.execPath, ['--require', join(place, 'older.cjs')], '22.15.1'] as const;
    for (const [node, options, version] of [disguised, ...olderNodes()]) {
      expect(runIn(place, node, [...options, main, '--version'])).toEqual(told(version));
      expect(runIn(place, node, [...options, '-e', "import('countersign')"])).toEqual(told(version));
      expect(runIn(place, node, [...options, '-e', "import('countersign/testing')"])).toEqual(told(version));
    }
  });
});

/** The older Nodes of this machine: what the entry imports may not keep them from saying so. */
function olderNodes(): readonly (readonly [node: string, options: readonly string[], version: string])[] {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, 'node'));
  // Where `/bin` is `/usr/bin`, it is the same one.
  const different = new Set(places.filter((node) => existsSync(node)).map((node) => realpathSync(node)));
  return [...different].flatMap((node) => {
    const { code, out } = runIn(ROOT, node, ['-p', 'process.versions.node']);
    const version = code === 0 ? out.trim() : '';
    return /^(?:18|2[0-3])\./.test(version) ? [[node, [], version] as const] : [];
  });
}

/** Asks until somebody answers. */
async function whenUp<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await pause(50);
    }
  }
}

/** Asks until nobody answers. */
async function whenGone(ask: () => Promise<unknown>): Promise<void> {
  while (
    await ask().then(
      () => true,
      () => false,
    )
  )
    await pause(50);
}

function codeIn(outbox: string): string {
  const [name = ''] = readdirSync(outbox).sort().toReversed();
  return (JSON.parse(readFileSync(join(outbox, name), 'utf8')) as { readonly code: string }).code;
}

/** Starts what stays until it is ended; gives how it ended. */
function start(place: string, program: string, words: readonly string[]) {
  const child = spawn(program, words, {
    cwd: place,
    env: { ...plainEnvironment(), ...env },
    stdio: 'ignore',
  });
  const gone = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  const end = () => {
    child.kill('SIGTERM');
    return gone;
  };
  onTestFinished(() => void end());
  return end;
}
