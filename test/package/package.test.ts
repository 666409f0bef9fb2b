import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { beforeAll, describe, expect, test } from 'vitest';
import { packClone, ROOT, runIn } from './packed.ts';

describe('the tarball of a clean clone', () => {
  let tarball = '';
  beforeAll(async () => {
    tarball = await packClone();
  }, 300_000);

  test('has the code, its types and the schema, and no sources', () => {
    const files = runIn(ROOT, 'tar', ['-tzf', tarball]).out.trim().split('\n');
    const wanted = [
      'dist/main.js',
      'console/index.html',
      'console/app.js',
      'dist/index.js',
      'dist/index.d.ts',
      'config/countersign.schema.json',
    ];
    expect(files).toEqual(expect.arrayContaining(wanted.map((file) => `package/${file}`)));
    expect(files.filter((file) => /^package\/(?:src|test|node_modules)\//.test(file))).toEqual([]);
  });

  test('says where it comes from, and where help is', () => {
    const text = runIn(ROOT, 'tar', ['-xzOf', tarball, 'package/package.json']).out;
    const { repository, homepage, bugs, keywords } = JSON.parse(text) as Record<string, object | undefined>;
    expect({ repository, homepage, bugs, keywords }).toEqual({
      repository: { type: 'git', url: expect.stringMatching(/^git\+https:/) },
      homepage: expect.stringMatching(/^https:/),
      bugs: { url: expect.stringMatching(/^https:/) },
      keywords: expect.arrayContaining(['otp', 'crm', 'express']),
    });
  });

  test('publint finds nothing to say', async () => {
    const bytes = readFileSync(tarball);
    const buffer = new Uint8Array(bytes).buffer;
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('its types are found by every resolution since Node 16', async () => {
    const checked = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    const problems = 'problems' in checked ? checked.problems : [{ kind: 'NoTypes' }];
    // An ES module is what `require` gets, which Node has allowed since 22.12; node10 is no resolution of a Node that we run on.
    const known = problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' &&
        !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
    );
    expect(known).toEqual([]);
  }, 240_000);

  test('every entry is listed with its types first', () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
    };
    expect(Object.keys(exports)).toEqual(expect.arrayContaining(['.', './testing', './schema.json']));
    for (const entry of Object.values(exports))
      if (typeof entry !== 'string') expect(Object.keys(entry)).toEqual(['types', 'default']);
  });
});
