import { dirname, resolve } from 'node:path';
import type { Imported } from '../plugins/import.ts';
import type { Plugin } from '../plugins/plugin.ts';
import { advise } from './check/advise.ts';
import { checkColumns } from './check/check-columns.ts';
import { adviseHiding, checkHiding } from './check/check-hiding.ts';
import { adviseMembers, checkMembers, checkReverses } from './check/check-members.ts';
import { checkOperations } from './check/check-operations.ts';
import { checkReferences } from './check/check-references.ts';
import { checkSecrets } from './check/check-secrets.ts';
import { checkUpstreams } from './check/check-upstreams.ts';
import { compile } from './compile/compile.ts';
import type { Surroundings } from './compile/resolve-secret.ts';
import type { Snapshot } from './compile/snapshot.ts';
import { decode } from './decode.ts';
import { type ConfigProblem, type Diagnostic, type Origin, problemOf } from './explain/problem.ts';
import { outlineOf } from './file/outline.ts';
import { readConfigFile } from './file/read-file.ts';
import { importNamed, lackingOf, type Plugins, pluginsOf } from './named-plugins.ts';
import { asGiven } from './publish/as-written.ts';
import { extendedBy, type Kinds } from './schema/known-kinds.ts';

/** A configuration that a gateway can run with, or all that is wrong with it. */
export type Loaded =
  /** Of the warnings, those that are called errors are faults of the file with which a gateway can run safely: `check` does not pass them. */
  | {
      readonly ok: true;
      readonly snapshot: Snapshot;
      readonly warnings: readonly ConfigProblem[];
      /** The configuration with its defaults, as a file would hold it. */
      readonly written: () => object;
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

type Environment = Surroundings['env'];

/**
 * Reads, checks and compiles a file: for `check`, for the start and for a reload. All problems at once, in the order of
 * the file. Relative paths count from the folder of the file. What is thrown is a fault of the program, and not of the file. Plug-ins that the
 * file names have to be imported first, `loadConfigAndPlugins`.
 */
export function loadConfig(path: string, env: Environment): Loaded {
  const reading = readConfigFile(path);
  return reading.ok ? buildFile(reading, path, env, []) : { ok: false, problems: reading.problems };
}

/** The same with the plug-ins that the file names. */
export async function loadConfigAndPlugins(path: string, env: Environment): Promise<Loaded> {
  const reading = readConfigFile(path);
  if (!reading.ok) return { ok: false, problems: reading.problems };
  return buildFile(reading, path, env, await importNamed(reading.value, dirname(resolve(path))));
}

/** The kinds that a file may name, its plug-ins among them, whatever else is wrong with it. */
export async function kindsNamedIn(
  path: string,
): Promise<
  | { readonly ok: true; readonly kinds: Kinds }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }
> {
  const reading = readConfigFile(path);
  if (!reading.ok) return { ok: false, problems: reading.problems };
  const imported = await importNamed(reading.value, dirname(resolve(path)));
  const plugins = pluginsOf(reading.value, imported);
  const problems = placed(lackingOf(plugins), reading.origin);
  return problems.length === 0 ? { ok: true, kinds: plugins.kinds } : { ok: false, problems };
}

type FileReading = Extract<ReturnType<typeof readConfigFile>, { readonly ok: true }>;

function buildFile(
  { value, origin }: FileReading,
  path: string,
  env: Environment,
  imported: readonly Imported[],
): Loaded {
  const surroundings = { env, folder: dirname(resolve(path)) };
  const plugins = pluginsOf(value, imported);
  return build(value, { surroundings, origin, allowPlainSecrets: false, plugins });
}

/**
 * The same for options that come from code, where secrets may be texts, with plug-ins that were imported there. Relative paths count
 * from the working directory.
 */
export function compileOptions(options: unknown, env: Environment, brought: readonly Plugin[] = []): Loaded {
  const surroundings = { env, folder: resolve('.') };
  const plain = plainCopy(options);
  const named = pluginsOf(plain?.value, []);
  const plugins = { ...extendedBy(brought.map((plugin) => ({ plugin }))), unloaded: named.unloaded };
  if (plain) return build(plain.value, { surroundings, allowPlainSecrets: true, plugins });
  const message = 'must be plain data, as a JSON file would hold it: no functions, no circles';
  return { ok: false, problems: [{ severity: 'error', path: '', message }] };
}

type Circumstances = {
  readonly surroundings: Surroundings;
  readonly origin?: Origin;
  readonly allowPlainSecrets: boolean;
  readonly plugins: Plugins;
};

function build(raw: unknown, { surroundings, origin, allowPlainSecrets, plugins }: Circumstances): Loaded {
  const { kinds } = plugins;
  const lacking = lackingOf(plugins);
  // Without its plug-ins half of a configuration would look wrong.
  if (lacking.length > 0) return { ok: false, problems: placed(lacking, origin) };
  const { decoded, findings } = decode(raw, { allowPlainSecrets }, kinds);
  const outline = outlineOf(raw);
  const broken = decoded
    ? [
        ...checkMembers(decoded),
        ...checkColumns(decoded),
        ...checkOperations(decoded),
        ...checkUpstreams(decoded),
      ]
    : [];
  const errors = [...findings, ...checkReferences(outline, kinds), ...checkHiding(outline), ...broken];
  const advice = decoded
    ? [
        ...advise(decoded, kinds),
        ...adviseHiding(outline),
        ...adviseMembers(decoded),
        ...checkReverses(decoded),
      ]
    : [];
  const compiled = decoded && compile(decoded, surroundings, kinds);
  const unresolved = compiled?.findings ?? checkSecrets(raw, allowPlainSecrets, surroundings);
  const all = placed([...errors, ...unresolved, ...advice], origin);
  if (errors.length > 0 || !decoded || !compiled?.snapshot) return { ok: false, problems: all };
  const written = () => asGiven(decoded, raw, kinds);
  return { ok: true, snapshot: compiled.snapshot, warnings: all, written };
}

function placed(findings: readonly Diagnostic[], origin: Origin | undefined): readonly ConfigProblem[] {
  const rank = ({ line = 0, column = 0 }: ConfigProblem) => line * 10_000 + Math.min(column, 9_999);
  return findings.map((finding) => problemOf(finding, origin)).sort((a, b) => rank(a) - rank(b));
}

/** The options as a file would hold them; undefined where none could. What is thrown beside this is a fault of the program. */
function plainCopy(options: unknown): { readonly value: unknown } | undefined {
  try {
    const text = JSON.stringify(options, (_, value: unknown) => {
      if (['function', 'symbol', 'bigint'].includes(typeof value)) throw new TypeError('not plain');
      return value;
    });
    return { value: text === undefined ? undefined : JSON.parse(text) };
  } catch {
    return undefined;
  }
}
