import { isReflectMessage } from '@bufbuild/protobuf/reflect';

/** The rules of a field. Source: https://github.com/bufbuild/protoc-gen-validate/blob/main/validate/validate.proto */
export type Rules = {
  readonly message?: { readonly required?: boolean; readonly skip?: boolean };
  readonly type?: { readonly case?: string; readonly value?: object };
};

type Rule = (value: unknown, wanted: unknown) => boolean;
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  return value instanceof Uint8Array ? value.length : (value as { readonly size: number }).size;
}

/** Each by its name; whether a value keeps it. */
const RULES: Readonly<Record<string, Rule>> = {
  minLen: (value, least) => sizeOf(value) >= Number(least),
  maxLen: (value, most) => sizeOf(value) <= Number(most),
  minBytes: (value, least) => Buffer.byteLength(value as string) >= Number(least),
  maxBytes: (value, most) => Buffer.byteLength(value as string) <= Number(most),
  minItems: (value, least) => sizeOf(value) >= Number(least),
  maxItems: (value, most) => sizeOf(value) <= Number(most),
  minPairs: (value, least) => sizeOf(value) >= Number(least),
  gt: (value, bound) => numberOf(value) > numberOf(bound),
  gte: (value, bound) => numberOf(value) >= numberOf(bound),
  lt: (value, bound) => numberOf(value) < numberOf(bound),
  lte: (value, bound) => numberOf(value) <= numberOf(bound),
  prefix: (value, start) => (value as string).startsWith(start as string),
  in: (value, words) => (words as unknown[]).includes(value),
  notIn: (value, words) => !(words as unknown[]).includes(value),
  const: (value, wanted) => value === wanted,
  wellKnown: (value, wanted) => {
    const known = wanted as { readonly case?: string; readonly value?: unknown };
    if (known.case === undefined) return true;
    if (known.case !== 'wellKnownRegex') throw new Error(`the text has to be ${known.case}`);
    return (known.value === 1 ? NAME : VALUE).test(value as string);
  },
  // A number that the enum has not is no JSON of it.
  definedOnly: () => true,
  unique: (value) => new Set(value as Iterable<unknown>).size === sizeOf(value),
};
/** Say when a rule applies, or are looked at where they stand. */
const ABOUT = new Set([
  '$typeName',
  '$unknown',
  'ignoreEmpty',
  'strict',
  'required',
  'items',
  'keys',
  'values',
]);
const NAME = /^:?[\w!#$%&'*+.^`|~-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what may not stand there
const VALUE = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/;

/** Which of its rules a value does not keep; `undefined` is a message that is not there. */
export function brokenRules(value: unknown, rules: Rules | undefined, place: string): readonly string[] {
  const own = Object.entries(rules?.type?.value ?? {}).filter(([, wanted]) => isSaid(wanted));
  const said = Object.fromEntries(own);
  if (value === undefined)
    return rules?.message?.required || said['required'] ? [`${place} is required`] : [];
  const plain = plainOf(value);
  if (said['ignoreEmpty'] && plain === '') return [];
  const broken = own
    .filter(([name]) => !ABOUT.has(name))
    .filter(([name, wanted]) => {
      const rule = RULES[name];
      if (!rule) throw new Error(`${place}: the rule ${name} is not known`);
      return !rule(plain, wanted);
    })
    .map(([name]) => `${place} does not keep ${name}`);
  const items = said['items'] as Rules | undefined;
  const each = items ? [...(plain as Iterable<unknown>)] : [];
  return [...broken, ...each.flatMap((item, index) => brokenRules(item, items, `${place}[${index}]`))];
}

function isSaid(wanted: unknown): boolean {
  return wanted !== undefined && wanted !== false && !(Array.isArray(wanted) && wanted.length === 0);
}

/** A wrapper is what it wraps. */
function plainOf(value: unknown): unknown {
  if (!isReflectMessage(value)) return value;
  return value.desc.typeName.endsWith('Value') ? (value.message as { value?: unknown }).value : value.message;
}

/** A span of time in seconds, or a number as it stands. */
function numberOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return Number(value);
  const { seconds, nanos } = value as { readonly seconds: bigint; readonly nanos: number };
  return Number(seconds) + nanos / 1e9;
}
