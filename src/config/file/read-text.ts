import { type Document, isAlias, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { ConfigProblem, Origin } from '../explain/problem.ts';
import { locateIn } from './locate.ts';

/** The text of a file, or what is wrong with it. */
export type TextReading =
  | { readonly ok: true; readonly value: unknown; readonly origin: Origin }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Longer texts are no configuration, and cost more to parse than an operator would wait for. */
const MAX_LENGTH = 1_000_000;

/**
 * Reads YAML 1.2 or JSON. What two readers could take differently is refused: duplicate keys, aliases, tags, directives
 * (`%YAML 1.1` makes `yes` a boolean), several documents, and numbers that are not written as JSON writes them (`010`).
 */
export function readConfigText(text: string, file: string): TextReading {
  const lines = new LineCounter();
  const fail = (message: string, offset = 0): ConfigProblem => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { severity: 'error', file, line: Math.max(1, line), column: Math.max(1, col), path: '', message };
  };
  if (text.length > MAX_LENGTH)
    return { ok: false, problems: [fail(`is longer than ${MAX_LENGTH} characters`)] };
  try {
    const document = parseDocument(text, OPTIONS(lines));
    const broken = [...document.errors, ...document.warnings];
    if (broken.length > 0) {
      return {
        ok: false,
        problems: broken.map((error) => fail(syntaxMessage(error.code, error.message), error.pos[0])),
      };
    }
    const surprises = surprisesOf(document).map(({ message, offset }) => fail(message, offset));
    if (surprises.length > 0) return { ok: false, problems: surprises };
    const origin: Origin = { file, locate: (path, at) => locateIn(document, lines, path, at) };
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return { ok: true, value, origin };
  } catch (error) {
    // The parser tells of what it cannot read in `errors`; what it throws beside a full stack is no fault of the file.
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, problems: [fail('is nested too deeply')] };
  }
}

const OPTIONS = (lineCounter: LineCounter) =>
  ({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    stringKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter,
  }) as const;

function syntaxMessage(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands here twice';
  if (code === 'MULTIPLE_DOCS') return 'the file holds more than one document';
  if (code === 'TAG_RESOLVE_FAILED') return 'tags are not supported';
  return `cannot be read: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

type Surprise = { readonly message: string; readonly offset: number };

/** What is valid YAML and yet not what its writer thinks. */
function surprisesOf(document: Document.Parsed): readonly Surprise[] {
  const found: Surprise[] = [];
  const { yaml, tags } = document.directives;
  if (yaml.explicit || Object.keys(tags).length > 1)
    found.push({ message: 'directives are not supported', offset: 0 });
  visit(document, (key, node) => {
    if (isPair(node)) {
      const name = isScalar(node.key) ? node.key.value : undefined;
      const offset = isNode(node.key) ? node.key.range?.[0] : undefined;
      if (typeof name !== 'string' && typeof name !== 'number')
        found.push({ message: 'a key must be text', offset: offset ?? 0 });
      if (name === '__proto__')
        found.push({ message: 'this name is not allowed as a key', offset: offset ?? 0 });
      return;
    }
    if (!isNode(node)) return;
    const message = surpriseOf(node, key === 'key');
    if (message !== undefined) found.push({ message, offset: node.range?.[0] ?? 0 });
  });
  return found;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function surpriseOf(node: unknown, isKey: boolean): string | undefined {
  if (isAlias(node)) return 'aliases are not supported: write the value out';
  if (isNode(node) && node.tag !== undefined) return 'tags are not supported';
  if (!isScalar(node) || typeof node.value !== 'number' || isKey) return undefined;
  const written = node.source ?? '';
  if (!JSON_NUMBER.test(written))
    return `${written} is read differently by different programs: quote it, or write a plain number`;
  const rounded = Number.isInteger(node.value) && !Number.isSafeInteger(node.value);
  return rounded ? `${written} is too large for a number: quote it` : undefined;
}
