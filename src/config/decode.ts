import { findingsOf, wording } from './explain/explain.ts';
import { type ConfigPath, type Diagnostic, pathText } from './explain/problem.ts';
import { BUILT_IN, type Kinds } from './schema/known-kinds.ts';
import { type Decoded, schemaWith } from './schema/schema.ts';

/** A configuration in its shape with its defaults, or what is wrong with its shape. */
export type Decoding = {
  readonly decoded: Decoded | undefined;
  readonly findings: readonly Diagnostic[];
};

/** Reads the shape of a configuration and fills in its defaults. `allowPlainSecrets`: a secret may be a text. */
export function decode(
  raw: unknown,
  options: { readonly allowPlainSecrets: boolean },
  kinds: Kinds = BUILT_IN,
): Decoding {
  const parsed = schemaWith(kinds, options).safeParse(raw, { error: wording });
  if (parsed.success) return { decoded: parsed.data, findings: [] };
  const findings = parsed.error.issues.flatMap((issue) => findingsOf(issue, (path) => valueAt(raw, path)));
  return { decoded: undefined, findings: withoutEchoes(findings) };
}

function valueAt(raw: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((here, step) => {
    return typeof here === 'object' && here !== null && Object.hasOwn(here, step)
      ? Reflect.get(here, step)
      : undefined;
  }, raw);
}

/** A misspelt key makes the right one missing: one fault, told once. */
function withoutEchoes(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const meant = new Set(
    findings
      .filter(({ at, suggestion }) => at === 'key' && suggestion !== undefined)
      .map(({ path, suggestion }) => pathText([...path.slice(0, -1), suggestion ?? ''])),
  );
  return findings.filter(
    ({ path, message }) => !(message.startsWith('is missing') && meant.has(pathText(path))),
  );
}
