import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveryRule, SECRET } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { packClone } from '../package/packed.ts';
import { configText } from '../scenarios/gateway-process.ts';
import { buildImage, filesBelow, type Image } from './build.ts';
import { folderIn, openContainer, reopenTree } from './container.ts';
import { ignoredBy, readDockerfile } from './dockerfile.ts';
import { sameBuildAs } from './same-build.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const env = { COUNTERSIGN_SECRET: SECRET };

describe('the image', () => {
  let folder = '';
  let image: Image;

  beforeAll(async () => {
    // Its build is the one of the image, where both have the same files.
    await packClone();
    folder = mkdtempSync(join(tmpdir(), 'countersign-image-'));
    // The image's user has to get through.
    chmodSync(folder, 0o755);
    image = buildImage(ROOT, folder);
  }, 300_000);
  afterAll(() => {
    reopenTree(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  test('is not root, and starts what its health check asks', () => {
    expect(image.user?.uid).toBeGreaterThanOrEqual(10_000);
    expect(image).toMatchObject({ exposed: [8080], volumes: ['/data'], workdir: '/app' });
    expect(image.healthcheck).toEqual([...image.entrypoint, 'healthcheck']);
  });

  test('has the program and what it needs, and neither sources, tests nor tools', () => {
    const names = readdirSync(join(image.root, image.workdir));
    expect(names.sort()).toEqual(['LICENSE', 'config', 'console', 'dist', 'node_modules', 'package.json']);
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>;
    const isInstalled = (name: string) => existsSync(join(image.root, image.workdir, 'node_modules', name));
    expect(Object.keys(dependencies).filter((name) => !isInstalled(name))).toEqual([]);
    for (const name of ['typescript', 'vitest', 'node']) {
      expect(Object.keys(devDependencies)).toContain(name);
      expect(isInstalled(name)).toBe(false);
    }
  });

  test('serves as its user on a root that it cannot write to: healthy, and a guarded save waits for its code', async () => {
    const crm = await openCrm();
    const mounted = folderIn(image, '/etc/countersign');
    const data = join(image.root, 'data');
    writeFileSync(
      join(mounted, 'countersign.yaml'),
      configText({
        version: 1,
        listen: { host: '127.0.0.1', port: 0 },
        admin: { host: '127.0.0.1', port: await freePort() },
        upstream: { url: crm.url },
        store: { kind: 'sqlite', path: join(data, 'countersign.db') },
        audit: { kind: 'file', path: join(data, 'audit.jsonl') },
        modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
        channels: { email: { kind: 'outbox', folder: join(data, 'outbox') } },
        rules: [deliveryRule()],
      }),
    );
    const container = openContainer(image);
    const writable = [data, join(image.root, 'tmp')];
    const before = filesBelow(image.root, writable);
    expect(container.healthcheck(env)).toMatchObject({ code: 1 });
    expect(
      container.node(
        "for (const path of ['dist/main.js', 'new', '../new']) try { require('fs').writeFileSync(path, ''); console.log(path); } catch (error) { console.log(error.code); }",
      ),
    ).toMatch(/^(?:EACCES\n){3}$/);

    const running = await container.start(env);
    expect(container.healthcheck(env)).toMatchObject({ code: 0 });
    const rep = repOf(running.url);
    expect(await rep.deliver()).toMatchObject({ status: 428, result: 'otp-required' });
    expect(crm.saves).toEqual([]);
    const [mail = ''] = readdirSync(join(data, 'outbox'));
    const { code } = JSON.parse(readFileSync(join(data, 'outbox', mail), 'utf8')) as {
      readonly code: string;
    };
    expect(await rep.deliver(code)).toMatchObject({ status: 200, result: 'verified', code: 'used' });
    expect(crm.saves).toHaveLength(1);

    expect(await running.stop()).toBe(0);
    expect(container.healthcheck(env)).toMatchObject({ code: 1 });
    expect(filesBelow(image.root, writable)).toEqual(before);
    expect(running.output()).not.toContain(code);
  });
});

describe('a Dockerfile is carried out', () => {
  const built = (lines: readonly string[], ignore = '') => {
    const context = openFolder();
    writeFileSync(join(context, 'Dockerfile'), ['FROM node:24-slim', ...lines].join('\n'));
    writeFileSync(join(context, '.dockerignore'), ignore);
    writeFileSync(join(context, 'a.txt'), 'a');
    return buildImage(context, openFolder());
  };

  test('step by step', () => {
    const image = built([
      'WORKDIR /app',
      '# a comment',
      'COPY a.txt ./',
      'RUN cat a.txt > b.txt && \\',
      '    cp /app/b.txt /tmp/c.txt',
      'ENV A=1 \\',
      '    B=2',
    ]);
    expect(readFileSync(join(image.root, 'tmp/c.txt'), 'utf8')).toBe('a');
    expect(image.environment).toEqual({ A: '1', B: '2' });
  });

  test.each([
    ['an instruction that is not known', ['SHELL ["bash"]'], 'SHELL is not known'],
    ['a flag that is not known', ['COPY --chown=1:1 a.txt ./'], 'COPY --chown is not known'],
    ['a step that fails', ['RUN false'], 'RUN false ended with 1'],
    ['a file that is not there', ['COPY b.txt ./'], 'COPY b.txt: it is not there'],
    ['a user by name', ['USER node'], 'no numbers: USER node'],
    ['a command in shell form', ['CMD node dist/main.js'], 'not in exec form'],
    ['a stage that is not there', ['COPY --from=build /a ./'], 'there is no stage build yet'],
  ])('%s fails', (_, lines, message) => {
    expect(() => built(lines)).toThrow(message);
  });

  test('a build is the one of a clone that has the same files, settings and modules, and no other one', () => {
    const [folder, clone, modules] = [openFolder(), openFolder(), openFolder()];
    for (const place of [folder, clone]) {
      for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'src/a.ts']) {
        mkdirSync(join(place, 'src'), { recursive: true });
        writeFileSync(join(place, file), file);
      }
      symlinkSync(modules, join(place, 'node_modules'));
    }
    const build = () => sameBuildAs('npm run build', folder, clone);
    expect(build()).toBe(join(clone, 'dist'));
    expect([sameBuildAs('npm ci', folder, clone), sameBuildAs('npm run build', folder, undefined)]).toEqual([
      undefined,
      undefined,
    ]);
    for (const file of ['tsconfig.build.json', 'src/a.ts']) {
      writeFileSync(join(folder, file), 'another one');
      expect(build(), file).toBeUndefined();
      rmSync(join(folder, file));
      expect(build(), `no ${file}`).toBeUndefined();
      writeFileSync(join(folder, file), file);
    }
    writeFileSync(join(folder, 'src/b.ts'), 'one more');
    expect(build()).toBeUndefined();
    rmSync(join(folder, 'src/b.ts'));
    rmSync(join(folder, 'node_modules'));
    symlinkSync(openFolder(), join(folder, 'node_modules'));
    expect(build()).toBeUndefined();
  });

  test('what .dockerignore leaves out is not there', () => {
    expect(() => built(['COPY a.txt ./'], '*\n!b.txt')).toThrow('COPY a.txt: it is not there');
    const ignored = ignoredBy('*\n!src\nsrc/a.ts');
    expect(['x', 'src', 'src/b.ts', 'src/a.ts', 'srcs'].map(ignored)).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
    expect(() => ignoredBy('**/*.md')).toThrow('not known');
  });

  test('another major version of Node fails', () => {
    expect(readDockerfile('FROM node:22-slim AS build')).toEqual([
      { name: 'build', image: 'node:22-slim', instructions: [] },
    ]);
    const context = openFolder();
    writeFileSync(join(context, 'Dockerfile'), 'FROM node:22-slim');
    writeFileSync(join(context, '.dockerignore'), '');
    expect(() => buildImage(context, openFolder())).toThrow('is no image of Node 24');
  });
});
