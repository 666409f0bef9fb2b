import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { otherThan } from '../client/stage.ts';
import { openWorld } from '../harness/world.ts';
import { esbuild } from './esbuild.ts';
import { olderNode } from './older-node.ts';
import { installedFolder } from './packed.ts';

/** A folder in which the client is as a bundler and Node find it where the package is installed. */
let folder = '';
let dist = '';
beforeAll(async () => {
  folder = await installedFolder();
  dist = join(folder, 'node_modules/countersign/dist');
}, 300_000);

async function bundled(contents: string) {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents, resolveDir: folder },
    tsconfigRaw: {},
    logLevel: 'silent',
    bundle: true,
    minify: true,
    format: 'esm',
    metafile: true,
    write: false,
  });
  return { bytes: outputFiles[0]?.contents ?? new Uint8Array(), inputs: metafile.inputs };
}

describe('the client in a bundle', () => {
  test.each([
    'client',
    'client/axios',
    'client/ky',
    'client/dialog',
  ])('countersign/%s has at most 5,000 bytes, and is all its own', async (entry) => {
    const { bytes, inputs } = await bundled(`export * from 'countersign/${entry}'`);
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(5000);
    const others = Object.keys(inputs).filter((path) => !/countersign\/dist\/|<stdin>/.test(path));
    expect(others).toEqual([]);
  });

  test('holds what is imported of it, and no more', async () => {
    const { bytes } = await bundled("export { CountersignError } from 'countersign/client'");
    expect(bytes.length).toBeLessThan(500);
  });
});

test('every file of the client has its source in its map', () => {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(?:client\/.*|contract)\.js$/.test(name),
  );
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    expect(readFileSync(join(dist, file), 'utf8')).toMatch(/\n\/\/# sourceMappingURL=\w+\.js\.map\s*$/);
    const map = JSON.parse(readFileSync(join(dist, `${file}.map`), 'utf8')) as { sourcesContent?: string[] };
    expect(map.sourcesContent?.join('')).toContain('export');
  }
});

const SCRIPT = `
import { withCountersign } from 'countersign/client';
import { SLUGS } from 'countersign/contract';
import 'countersign/client/axios';
import 'countersign/client/dialog';
import 'countersign/client/ky';
const { URL_OF_SAVE, URL_OF_CODE } = process.env;
const api = withCountersign(fetch, { ask: async () => (await fetch(URL_OF_CODE)).text() });
const answer = await api(URL_OF_SAVE, {
  method: 'PATCH',
  headers: { 'content-type': 'application/json', authorization: 'Bearer rep' },
  body: new Blob(['{"status":"Delivered"}']).stream(),
  duplex: 'half',
});
console.log(answer.status, answer.headers.get('OTPRULES-Result'), SLUGS.length > 20);
`;

test.each([
  ['a Node that is older than the gateway needs', olderNode],
  ['the Node of the gateway', () => process.execPath],
])('the client runs on %s', async (_, nodeOf) => {
  const { gateway, url } = await openWorld();
  let asked = 0;
  const codes = createServer((_request, response) => {
    asked += 1;
    const code = gateway.lastCode() ?? '';
    response.end(asked === 1 ? otherThan(code) : code);
  }).listen(0, '127.0.0.1');
  await once(codes, 'listening');
  onTestFinished(() => void codes.close());
  writeFileSync(join(folder, 'save.mjs'), SCRIPT);
  const { stdout } = await promisify(execFile)(nodeOf(), ['save.mjs'], {
    cwd: folder,
    env: {
      URL_OF_SAVE: `${url}/api/DeliveryNotes/45`,
      URL_OF_CODE: `http://127.0.0.1:${(codes.address() as AddressInfo).port}`,
    },
  });
  expect(stdout.trim()).toBe('200 verified true');
  expect(asked).toBe(2);
});
