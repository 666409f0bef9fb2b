import { isCollection, type ModuleDefinition } from '../../core/saving/module.ts';
import type { Described } from '../../core/saving/mount.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { type Headers, meaningOf, valuesOf } from '../../core/wire/headers.ts';
import { CALL_HEADERS, isSafe } from '../../core/wire/method.ts';

/** A request on the path of modules, whose headers may say what it does. */
type Called = {
  readonly method: string;
  readonly headers: Headers;
  readonly mount: {
    readonly definitions: readonly ModuleDefinition[];
    readonly described?: readonly Described[] | undefined;
  };
};

/**
 * Why nobody knows what a write does: one of its headers chooses that in some servers, or tells described operations from others, and it is none
 * of those as they are written. Undefined where it is one, or no header says so.
 */
export function callFault({ method, headers, mount }: Called): Problem | undefined {
  if (isSafe(method)) return undefined;
  const name = callHeaderIn(headers, mount.definitions, mount.described ?? []);
  if (name === undefined) return undefined;
  const [value = ''] = valuesOf(headers, name.toLowerCase());
  const isPlain = /^[\w.:-]{1,80}$/.test(value);
  const [{ name: owner } = { name: '' }] = mount.definitions;
  const detail = `The header "${name}" may choose what this request does, and no operation of ${owner} is described with it so. Describe under "operations" what it means there, with headers: { ${name}: ${isPlain ? value : '…'} }. Where the CRM does nothing by it, name it in "neutralHeaders" of the module.`;
  const written = { home: { module: owner, part: 'below' as const }, call: { [name]: value } };
  return problem('unmapped-write', detail, isPlain ? { written } : {});
}

/** The header of a write that says what it does, where no operation explains which it is. */
function callHeaderIn(
  headers: Headers,
  definitions: readonly ModuleDefinition[],
  described: readonly Described[],
): string | undefined {
  const isExplained = (lower: string) =>
    described.length > 0 && described.every(({ heads }) => heads.some(([known]) => known === lower));
  return headers.find(([name]) => isCall(name, definitions) && !isExplained(meaningOf(name).lower))?.[0];
}

/** Whether a header of this name chooses what a write does, for all that is known of it and was declared. */
export function isCall(name: string, definitions: readonly ModuleDefinition[]): boolean {
  const { lower, canonical } = meaningOf(name);
  const isTelling = CALLS.has(canonical) || definitions.some((one) => headersOf(one).has(canonical));
  return isTelling && !definitions.every(({ neutralHeaders = [] }) => neutralHeaders.some(isLower(lower)));
}

const CALLS: ReadonlySet<string> = new Set(CALL_HEADERS);
const HEADERS = new WeakMap<ModuleDefinition, ReadonlySet<string>>();

/** The headers by which operations of the module are told apart, found once. */
function headersOf(definition: ModuleDefinition): ReadonlySet<string> {
  const known = HEADERS.get(definition);
  if (known) return known;
  const { operations = [] } = isCollection(definition) ? definition : {};
  const found = new Set(
    operations.flatMap(({ headers = {} }) => Object.keys(headers).map((name) => name.toLowerCase())),
  );
  HEADERS.set(definition, found);
  return found;
}

const isLower = (lower: string) => (name: string) => name.toLowerCase() === lower;
