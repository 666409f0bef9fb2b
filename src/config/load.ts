import { dirname, resolve } from 'node:path';
import { advise } from './check/advise.ts';
import { adviseHiding, checkHiding } from './check/check-hiding.ts';
import { adviseMembers, checkMembers, checkReverses } from './check/check-members.ts';
import { checkOperations } from './check/check-operations.ts';
import { checkReferences } from './check/check-references.ts';
import { checkSecrets } from './check/check-secrets.ts';
import { compile } from './compile/compile.ts';
import type { Surroundings } from './compile/resolve-secret.ts';
import type { Snapshot } from './compile/snapshot.ts';
import { decode } from './decode.ts';
import { type ConfigProblem, type Finding, type Origin, problemOf } from './explain/problem.ts';
import { outlineOf } from './file/outline.ts';
import { readConfigFile } from './file/read-file.ts';

export type Loaded =
  /** Of the warnings, those that are called errors are faults of the file with which a gateway can run safely: `check` does not pass them. */
  | { readonly ok: true; readonly snapshot: Snapshot; readonly warnings: readonly ConfigProblem[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

type Environment = Surroundings['env'];

/**
 * Reads, checks and compiles a file: for `check`, for the start and for a reload. All problems at once, in the order of
 * the file. Relative paths count from the folder of the file. What is thrown is no fault of the file, but ours.
 */
export function loadConfig(path: string, env: Environment): Loaded {
  const reading = readConfigFile(path);
  if (!reading.ok) return { ok: false, problems: reading.problems };
  const surroundings = { env, folder: dirname(resolve(path)) };
  return build(reading.value, { surroundings, origin: reading.origin, allowPlainSecrets: false });
}

/** The same for options that come from code, where secrets may be texts. Relative paths count from the working directory. */
export function compileOptions(options: unknown, env: Environment): Loaded {
  const surroundings = { env, folder: resolve('.') };
  const plain = plainCopy(options);
  if (plain) return build(plain.value, { surroundings, allowPlainSecrets: true });
  const message = 'must be plain data, as a JSON file would hold it: no functions, no circles';
  return { ok: false, problems: [{ severity: 'error', path: '', message }] };
}

type Circumstances = {
  readonly surroundings: Surroundings;
  readonly origin?: Origin;
  readonly allowPlainSecrets: boolean;
};

function build(raw: unknown, { surroundings, origin, allowPlainSecrets }: Circumstances): Loaded {
  const { decoded, findings } = decode(raw, { allowPlainSecrets });
  const outline = outlineOf(raw);
  const broken = decoded ? [...checkMembers(decoded), ...checkOperations(decoded)] : [];
  const errors = [...findings, ...checkReferences(outline), ...checkHiding(outline), ...broken];
  const advice = decoded
    ? [...advise(decoded), ...adviseHiding(outline), ...adviseMembers(decoded), ...checkReverses(decoded)]
    : [];
  const compiled = decoded && compile(decoded, surroundings);
  const unresolved = compiled?.findings ?? checkSecrets(raw, allowPlainSecrets, surroundings);
  const all = placed([...errors, ...unresolved, ...advice], origin);
  if (errors.length > 0 || !compiled?.snapshot) return { ok: false, problems: all };
  return { ok: true, snapshot: compiled.snapshot, warnings: all };
}

function placed(findings: readonly Finding[], origin: Origin | undefined): readonly ConfigProblem[] {
  const rank = ({ line = 0, column = 0 }: ConfigProblem) => line * 10_000 + Math.min(column, 9_999);
  return findings.map((finding) => problemOf(finding, origin)).sort((a, b) => rank(a) - rank(b));
}

/** The options as a file would hold them; undefined where none could. What is thrown beside this is a fault of ours. */
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
