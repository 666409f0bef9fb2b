import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generate } from 'openapi-typescript-codegen';
import { expect, onTestFinished, test } from 'vitest';
import { openWorld } from '../harness/world.ts';
import { esbuild } from '../package/esbuild.ts';
import { ROOT, runIn } from '../package/packed.ts';
import { CALLS, DOCUMENT } from './document.ts';
import { COLLECTION, collectionText } from './postman.ts';

/** What is used of the generated client. */
type Generated = {
  readonly OpenAPI: { BASE: string; TOKEN: string };
  readonly CodesService: {
    sendCode(rule: string, record: string, body?: object): Promise<{ readonly sent_to: string }>;
    readStanding(rule: string, record: string): Promise<{ readonly result: string }>;
    withdrawCode(rule: string, record: string): Promise<unknown>;
  };
  readonly ApiError: new () => Error;
};

test('a client that a public generator makes of the document compiles, and works', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-generated-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await generate({ input: structuredClone(DOCUMENT), output: join(folder, 'src'), httpClient: 'fetch' });
  const compilerOptions = {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  const compiled = runIn(folder, join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.']);
  expect(compiled).toMatchObject({ code: 0, out: '' });
  const outfile = join(folder, 'client.mjs');
  await esbuild.build({
    entryPoints: [join(folder, 'src/index.ts')],
    bundle: true,
    format: 'esm',
    outfile,
    logLevel: 'silent',
  });
  const { OpenAPI, CodesService, ApiError } = (await import(pathToFileURL(outfile).href)) as Generated;

  const { url, rep, gateway } = await openWorld({}, { auth: true });
  OpenAPI.BASE = url;
  OpenAPI.TOKEN = 'rep';
  const sent = await CodesService.sendCode('7', '45', { values: { status: 'Delivered' } });
  expect(sent).toMatchObject({ rule: '7', record: '45', result: 'sent', sent_to: 'a***@***.com' });
  expect(await CodesService.readStanding('7', '45')).toMatchObject({ result: 'living' });
  await expect(CodesService.sendCode('7', '45')).rejects.toMatchObject({
    status: 429,
    body: { type: 'urn:countersign:problem:otp-resend-limited' },
  });
  await expect(CodesService.readStanding('8', '45')).rejects.toBeInstanceOf(ApiError);
  expect((await rep.deliver(gateway.lastCode())).status).toBe(200);
});

type Item = { readonly name: string; readonly item?: readonly Item[]; readonly request?: object };

test('the Postman collection is that of the document, and has every call; else: npm run postman', async () => {
  const text = await collectionText();
  const requests = (items: readonly Item[]): readonly Item[] =>
    items.flatMap((item) => (item.item ? requests(item.item) : [item]));
  expect(requests((JSON.parse(text) as { item: readonly Item[] }).item)).toHaveLength(CALLS.length);
  expect(readFileSync(COLLECTION, 'utf8')).toBe(text);
});
