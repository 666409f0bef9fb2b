import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { npmSettings } from '../harness/npm-settings.ts';
import { packedClone } from '../package/packed.ts';
import { type Instruction, ignoredBy, readDockerfile, type Stage, wordsIn } from './dockerfile.ts';
import { sameBuildAs } from './same-build.ts';
import { sameModulesAs } from './same-modules.ts';

/** Whom processes belong to. */
export type User = { readonly uid: number; readonly gid: number };

/** What an image says of itself, and the folder that stands for its root. */
export type Image = {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** As the image has it, and who stands in for that user on this machine. */
  readonly user: User | undefined;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly exposed: readonly number[];
  readonly volumes: readonly string[];
};

type Draft = { -readonly [Name in keyof Image]: Image[Name] };

/**
 * Carries out the steps of `context`'s Dockerfile, without an engine: every stage is a folder below `folder` in the place of a root, and
 * absolute paths count from there. An instruction or a flag that is not known is an error. The base image is this machine with the Node
 * that runs the tests. Gives the last stage.
 */
export function buildImage(context: string, folder: string): Image {
  const stages = new Map<string, Image>();
  const ignored = ignoredBy(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const definitions = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  let last: Image | undefined;
  for (const stage of definitions) {
    last = buildStage(stage, join(folder, stage.name), { context, ignored, stages });
    stages.set(stage.name, last);
  }
  if (!last) throw new Error('a Dockerfile without a stage');
  return last;
}

type Sources = {
  readonly context: string;
  readonly ignored: (path: string) => boolean;
  readonly stages: ReadonlyMap<string, Image>;
};

const major = Number(process.versions.node.split('.')[0]);

function buildStage({ image, instructions }: Stage, root: string, sources: Sources): Image {
  if (Number(/^node:(\d+)-/.exec(image)?.[1]) !== major)
    throw new Error(`${image} is no image of Node ${major}`);
  for (const path of ['usr/local/bin', 'tmp', 'etc']) mkdirSync(join(root, path), { recursive: true });
  cpSync(process.execPath, join(root, 'usr/local/bin/node'));
  const draft: Draft = {
    root,
    environment: {},
    workdir: '/',
    user: undefined,
    entrypoint: [],
    command: [],
    healthcheck: [],
    exposed: [],
    volumes: [],
  };
  // The image's user may own what steps before `USER` make.
  const user = userOf(instructions.findLast(({ name }) => name === 'USER')?.text);
  for (const instruction of instructions) take(instruction, draft, sources, user);
  return draft;
}

function userOf(text: string | undefined): User | undefined {
  if (text === undefined) return undefined;
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text) ?? [];
  // Kubernetes can tell that a user is not root only if the user is a number.
  if (uid === undefined || gid === undefined) throw new Error(`no numbers: USER ${text}`);
  return { uid: Number(uid), gid: Number(gid) };
}

/** Who runs it here: the image's own user where we may become that user, else who we are. */
export function standInFor(user: User): User {
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];
  return uid === 0 ? user : { uid, gid };
}

function take(
  { name, flags, text }: Instruction,
  draft: Draft,
  sources: Sources,
  user: User | undefined,
): void {
  const known =
    name === 'COPY' ? ['from'] : name === 'HEALTHCHECK' ? ['interval', 'timeout', 'start-period'] : [];
  const stray = Object.keys(flags).find((flag) => !known.includes(flag));
  if (stray !== undefined) throw new Error(`${name} --${stray} is not known`);
  switch (name) {
    case 'WORKDIR':
      draft.workdir = posix.resolve(draft.workdir, text);
      mkdirSync(join(draft.root, draft.workdir), { recursive: true });
      return;
    case 'COPY':
      copy(text.split(/\s+/), flags['from'], draft, sources);
      return;
    case 'RUN':
      runStep(text, draft, user);
      return;
    case 'ENV':
      for (const [, key = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g))
        draft.environment = { ...draft.environment, [key]: value };
      return;
    case 'USER':
      draft.user = user;
      return;
    case 'EXPOSE':
      draft.exposed = [...draft.exposed, ...text.split(/\s+/).map(Number)];
      return;
    case 'VOLUME':
      draft.volumes = [...draft.volumes, text];
      return;
    case 'HEALTHCHECK':
      draft.healthcheck = wordsIn(text.replace(/^CMD\s+/, ''));
      return;
    case 'ENTRYPOINT':
      draft.entrypoint = wordsIn(text);
      return;
    case 'CMD':
      draft.command = wordsIn(text);
      return;
    default:
      throw new Error(`${name} is not known`);
  }
}

/** What a folder holds is copied, not the folder itself; what does not exist, or is left out of the context, is an error. */
function copy(words: readonly string[], from: string | undefined, draft: Draft, sources: Sources): void {
  const [target = '', ...named] = words.toReversed();
  const other = from === undefined ? undefined : sources.stages.get(from);
  if (from !== undefined && !other) throw new Error(`there is no stage ${from} yet`);
  const origin = other?.root ?? sources.context;
  const isLeftOut = (path: string) => !other && sources.ignored(relative(origin, path));
  const destination = join(draft.root, posix.resolve(draft.workdir, target));
  for (const word of named) {
    const source = join(origin, word);
    if (!existsSync(source) || isLeftOut(source)) throw new Error(`COPY ${word}: it is not there`);
    const isFolder = statSync(source).isDirectory();
    const place = isFolder || !target.endsWith('/') ? destination : join(destination, basename(source));
    mkdirSync(dirname(place), { recursive: true });
    // Without a filter Node copies a whole tree at once: the modules are thousands of files.
    const chosen = other ? {} : { filter: (path: string) => !isLeftOut(path) };
    cpSync(source, place, { recursive: true, verbatimSymlinks: true, ...chosen });
  }
}

/** A step in a shell, by root or by whoever we are, who then stands in for the image's user. What npm has fetched before is used. */
function runStep(text: string, { root, environment, workdir }: Draft, user: User | undefined): void {
  const { uid, gid } = user ? standInFor(user) : { uid: 0, gid: 0 };
  const own = user ? text.replace(/(\s-o )\d+/g, `$1${uid}`).replace(/(\s-g )\d+/g, `$1${gid}`) : text;
  const command = own.replace(/(^|\s)\/(?=\w)/g, `$1${root}/`);
  const modules = sameModulesAs(command, join(root, workdir));
  if (modules !== undefined) {
    symlinkSync(modules, join(root, workdir, 'node_modules'));
    return;
  }
  const built = sameBuildAs(command, join(root, workdir), packedClone());
  if (built !== undefined) {
    cpSync(built, join(root, workdir, 'dist'), { recursive: true });
    return;
  }
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], {
    cwd: join(root, workdir),
    env: { ...machine(), ...environment, PATH: pathOf(root) },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`RUN ${text} ended with ${status}:\n${stdout}\n${stderr}`);
}

const pathOf = (root: string) => `${join(root, 'usr/local/bin')}:${process.env['PATH']}`;

/** What a build has of the machine, and nothing of the test run. */
function machine(): NodeJS.ProcessEnv {
  const { HOME, LANG, TMPDIR } = process.env;
  return { HOME, LANG, TMPDIR, ...npmSettings() };
}

/** The files below a folder, with what would show a change of each. */
export function filesBelow(folder: string, without: readonly string[]): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (without.includes(path)) return [];
    if (entry.isDirectory()) return filesBelow(path, without);
    if (!entry.isFile()) return [path];
    const { size, mtimeMs, mode } = statSync(path);
    return [`${path} ${size} ${mtimeMs} ${mode}`];
  });
}
