import type * as z from 'zod';
import type { ConfigPath, Diagnostic } from './problem.ts';
import { nearest } from './suggest.ts';

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of keys',
  record: 'a group of keys',
  array: 'a list',
};

/** What zod is to say where the schema says nothing itself. For unknown keys: the known ones, from which a suggestion is made. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return Object.keys((issue.inst as Partial<z.ZodObject> | undefined)?.shape ?? {}).join(' ');
    case 'invalid_type':
      return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? `one of ${issue.values.join(', ')}` : String(issue.values[0])}`;
    case 'too_small':
      return bound('at least', Number(issue.minimum), issue.origin);
    case 'too_big':
      return bound('at most', Number(issue.maximum), issue.origin);
    default:
      return 'is not valid';
  }
};

function bound(which: string, limit: number, origin: string): string {
  if (origin === 'string')
    return which === 'at least' && limit === 1
      ? 'must not be empty'
      : `must have ${which} ${limit} characters`;
  return origin === 'array'
    ? `must have ${which} ${limit} ${limit === 1 ? 'entry' : 'entries'}`
    : `must be ${which} ${limit}`;
}

type Issue = z.core.$ZodIssue;

/** The issue in our own words; `valueAt` gives what was written at a path. */
export function findingsOf(
  issue: Issue,
  valueAt: (path: ConfigPath) => unknown,
  base: ConfigPath = [],
): readonly Diagnostic[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const written = valueAt(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key, issue.message.split(' ')));
    case 'invalid_key':
      return [{ path, at: 'key', message: issue.issues[0]?.message ?? 'is not a valid name' }];
    case 'invalid_union':
      return unionFindings(issue, path, written, valueAt);
    case 'invalid_value':
      return [choice(path, written, issue.values.map(String), issue.message)];
    case 'custom':
      return [customFinding(path, issue)];
    default:
      return [{ path, message: written === undefined ? 'is missing' : issue.message }];
  }
}

function unknownKey(path: ConfigPath, key: string, known: readonly string[]): Diagnostic {
  const suggestion = nearest(key, known);
  return {
    path,
    at: 'key',
    message: suggestion === undefined ? `unknown key; known are ${known.join(', ')}` : 'unknown key',
    suggestion,
  };
}

function choice(path: ConfigPath, written: unknown, known: readonly string[], message: string): Diagnostic {
  if (written === undefined) return { path, message: `is missing; it ${message}` };
  return { path, message, suggestion: typeof written === 'string' ? nearest(written, known) : undefined };
}

/** What our own checks say: they may point to the key, and name what was meant. */
function customFinding(
  path: ConfigPath,
  { message, params }: Extract<Issue, { code: 'custom' }>,
): Diagnostic {
  const finding: Diagnostic = { path, message, suggestion: textIn(params, 'suggestion') };
  return textIn(params, 'at') === 'key' ? { ...finding, at: 'key' } : finding;
}

/** A union is explained by the branch whose shape was meant: the one with the fewest faults that has the right type. */
function unionFindings(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: ConfigPath,
  written: unknown,
  valueAt: (path: ConfigPath) => unknown,
): readonly Diagnostic[] {
  if ('options' in issue && Array.isArray(issue.options)) {
    const known = issue.options.map(String);
    return [
      choice(
        path,
        written,
        known,
        known.length > 1 ? `must be one of ${known.join(', ')}` : `must be ${known[0]}`,
      ),
    ];
  }
  if (written === undefined) return [{ path, message: 'is missing' }];
  const [meant] = issue.errors
    .filter((branch) => !branch.every(isOfOtherType))
    .sort((one, other) => one.length - other.length);
  if (!meant || typeof written !== 'object') return [{ path, message: issue.message }];
  return meant.flatMap((inner) => findingsOf(inner, valueAt, path));
}

/** Whether the issue says that something of another type was meant, and nothing about what was written. */
function isOfOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((branch) => branch.every(isOfOtherType));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function textIn(params: unknown, name: string): string | undefined {
  const value =
    typeof params === 'object' && params !== null
      ? Object.entries(params).find(([key]) => key === name)?.[1]
      : undefined;
  return typeof value === 'string' ? value : undefined;
}
