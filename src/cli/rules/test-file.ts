import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { type Snapshot, withHidden } from '../../config/compile/snapshot.ts';
import { findingsOf, wording } from '../../config/explain/explain.ts';
import { type ConfigPath, problemOf } from '../../config/explain/problem.ts';
import { UnusableTest, usableConfig } from '../command.ts';
import { readCases } from './read-cases.ts';
import { type Simulated, simulate, UnreadableRequest } from './simulation.ts';
import type { Result } from './test-report.ts';

const plainRequest = z.strictObject({
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()).prefault({}),
  body: z.unknown().optional(),
});
const object = z.record(z.string(), z.unknown());
const caseSchema = z.strictObject({
  name: z.string().min(1),
  request: z.union([z.string(), plainRequest]),
  before: object.optional(),
  related: z.record(z.string(), object).optional(),
  expect: z.enum(['pass', 'otp-required', 'refused']),
  rules: z.array(z.union([z.string(), z.int()]).transform(String)).optional(),
});
const fileSchema = z.strictObject({ config: z.string().min(1), cases: z.array(caseSchema).min(1) });

type Case = z.output<typeof caseSchema>;

/** A file of cases, with the path of its configuration made absolute. */
export type TestFile = {
  readonly file: string;
  readonly config: string;
  readonly cases: readonly (Case & { readonly line: number })[];
};

/** Reads a file of cases; stops with exit code 2 and every problem with its place where it cannot be read as one. */
export function readTestFile(file: string): TestFile {
  const { value, origin } = readCases(file);
  const parsed = fileSchema.safeParse(value, { error: wording });
  if (!parsed.success) {
    const findings = parsed.error.issues.flatMap((issue) =>
      findingsOf(issue, (path) => valueAt(value, path)),
    );
    throw new UnusableTest(findings.map((finding) => problemOf(finding, origin)));
  }
  const { config, cases } = parsed.data;
  return {
    file,
    config: resolve(dirname(file), config),
    cases: cases.map((each, index) => ({ ...each, line: origin.locate(['cases', index]).line })),
  };
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (here, step) => (typeof here === 'object' && here !== null ? Reflect.get(here, step) : undefined),
    value,
  );
}

/** Judges each case by the configuration of its file. */
export async function runCases({ file, config, cases }: TestFile): Promise<readonly Result[]> {
  const snapshot = asEnforced((await usableConfig(config)).snapshot);
  const results: Result[] = [];
  for (const each of cases) {
    results.push({ file, line: each.line, name: each.name, faults: await faultsIn(each, snapshot) });
  }
  return results;
}

/** A case tells what a rule says: that it is in shadow mode, and refuses nothing yet, is no fault of it. */
function asEnforced(snapshot: Snapshot): Snapshot {
  const { mode, rules, secrets, decoded } = snapshot;
  const enforced = {
    ...snapshot,
    mode: mode === 'shadow' ? ('enforce' as const) : mode,
    rules: rules.map((rule) => ({ ...rule, mode: 'enforce' as const })),
  };
  return withHidden(enforced, { secrets, decoded });
}

async function faultsIn(each: Case, snapshot: Snapshot): Promise<readonly string[]> {
  try {
    return faultsOf(each, await simulate(snapshot, textOf(each.request), each));
  } catch (error) {
    if (error instanceof UnreadableRequest) return [error.message];
    throw error;
  }
}

function faultsOf(expected: Case, { verdict, slug, detail, rules }: Simulated): readonly string[] {
  const applied = [...new Set(rules.map(({ rule }) => rule))].sort();
  const meant = expected.rules?.toSorted();
  const faults: string[] = [];
  if (slug === 'record-unavailable')
    faults.push('a rule may apply: the case has to say what is stored, as "before"');
  else if (verdict !== expected.expect)
    faults.push(`expected ${expected.expect}, got ${verdict}${slug ? ` (${slug}: ${detail ?? ''})` : ''}`);
  if (meant && meant.join() !== applied.join())
    faults.push(`expected ${named(meant)} to apply, but ${named(applied)} did`);
  return faults;
}

function named(rules: readonly string[]): string {
  return rules.length === 0 ? 'no rule' : `rule ${rules.join(', ')}`;
}

/** A body that is no text goes as JSON. */
function textOf(request: Case['request']): string {
  if (typeof request === 'string') return request;
  const { method, path, headers, body } = request;
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const typed = body === undefined || isTyped ? headers : { 'Content-Type': 'application/json', ...headers };
  const head = [`${method} ${path}`, ...Object.entries(typed).map(([name, value]) => `${name}: ${value}`)];
  if (body === undefined) return head.join('\n');
  return `${head.join('\n')}\n\n${typeof body === 'string' ? body : JSON.stringify(body)}`;
}
