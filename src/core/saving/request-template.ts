/** `METHOD /path/{id}?name={name}`, taken apart. Names in braces stand for what a client writes there. */
export type RequestTemplate = {
  /** In capitals. */
  readonly method: string;
  /** As it is written. */
  readonly path: string;
  readonly segments: readonly TemplateSegment[];
  /** Pairs that the query has to have, each once. */
  readonly query: readonly { readonly name: string; readonly value: TemplateSegment }[];
  readonly names: readonly string[];
};

/** A text, a name that is the whole segment, or both in one: `Orders({id})`. */
export type TemplateSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'mixed';
      /** What stands before the first name, in small letters. */
      readonly head: string;
      readonly names: readonly string[];
      /** What stands around the names. */
      readonly texts: readonly string[];
      readonly pattern: RegExp;
    };

const REQUEST = /^([A-Z][A-Z-]*) (\/[^?#]*)(?:\?([^?#]+))?$/;
const LITERAL = /^[A-Za-z0-9_~!$&'()+,=:@.-]*$/;
const NAME = /^[A-Za-z]\w*$/;
/** What a name beside other text stands for: nothing in it ends the text around it. */
const VALUE = '((?:[A-Za-z0-9_.~-]|%[89A-Fa-f][0-9A-Fa-f])+)';

/** Takes a template apart, or says what is wrong with it. */
export function readTemplateOf(text: string): RequestTemplate | { readonly fault: string } {
  const [, method, path = '', query] = REQUEST.exec(text) ?? [];
  if (method === undefined)
    return { fault: 'must be a method and a path, such as POST /api/orders/{id}/deliver' };
  const written = path
    .replace(/(?<=.)\/$/, '')
    .split('/')
    .slice(1);
  const segments = written.map(segmentOf);
  const pairs = (query?.split('&') ?? []).map((pair) => {
    const mark = pair.indexOf('=');
    return { name: mark < 0 ? pair : pair.slice(0, mark), value: segmentOf(pair.slice(mark + 1)) };
  });
  const parts = [...segments, ...pairs.map(({ value }) => value)];
  const isOdd =
    written.some((segment) => /^\.{1,2}$/.test(segment)) || (written.length > 1 && written.includes(''));
  if (parts.includes(undefined) || pairs.some(({ name }) => !/^[\w.~-]+$/.test(name)) || isOdd)
    return {
      fault: 'must have plain segments, with names in braces such as {id} that have some text between them',
    };
  const known = parts.flatMap((part) => (part ? [part] : []));
  const names = known.flatMap(namesIn);
  if (new Set(names).size < names.length) return { fault: 'has a name in braces twice' };
  const isSame = new Set(pairs.map(({ name }) => name)).size < pairs.length;
  if (isSame) return { fault: 'has a name twice in its query' };
  return {
    method,
    path,
    segments: known.slice(0, segments.length),
    query: pairs.map(({ name }, index) => ({
      name,
      value: known[segments.length + index] as TemplateSegment,
    })),
    names,
  };
}

/** The template as it is written. */
export function requestOf({ method, path, query }: RequestTemplate): string {
  const pairs = query.map(({ name, value }) => `${name}=${writtenOf(value)}`);
  return `${method} ${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

function writtenOf(segment: TemplateSegment): string {
  if (segment.kind === 'literal') return segment.text;
  const names = namesIn(segment).map((name) => `{${name}}`);
  return segment.kind === 'name'
    ? names.join('')
    : segment.texts.map((text, index) => `${text}${names[index] ?? ''}`).join('');
}

/** The names that a segment has in braces. */
function namesIn(segment: TemplateSegment): readonly string[] {
  if (segment.kind === 'literal') return [];
  return segment.kind === 'name' ? [segment.name] : segment.names;
}

function segmentOf(text: string): TemplateSegment | undefined {
  const pieces = text.split(/\{([^{}]*)\}/);
  const literals = pieces.filter((_, index) => index % 2 === 0);
  const names = pieces.filter((_, index) => index % 2 === 1);
  const isReadable = literals.every((one) => LITERAL.test(one)) && names.every((one) => NAME.test(one));
  if (!isReadable || literals.slice(1, -1).includes('')) return undefined;
  if (names.length === 0) return { kind: 'literal', text };
  const [head = '', ...others] = literals;
  if (head === '' && others.length === 1 && others[0] === '') return { kind: 'name', name: names[0] ?? '' };
  const source = [head, ...others].map(patternOfText).join(VALUE);
  return {
    kind: 'mixed',
    head: head.toLowerCase(),
    names,
    texts: literals,
    pattern: new RegExp(`^${source}$`),
  };
}

/** The text as a pattern that matches it and nothing else. */
export function patternOfText(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\*]/g, '\\$&');
}

/** What the names stand for in one segment, percent-encoding undone; undefined where it is another one. */
export function valuesIn(
  segment: TemplateSegment,
  written: string,
): readonly (readonly [string, string])[] | undefined {
  switch (segment.kind) {
    case 'literal':
      return segment.text === written ? [] : undefined;
    case 'name':
      return written === '' ? undefined : [[segment.name, decodeURIComponent(written)]];
    case 'mixed': {
      const values = segment.pattern.exec(written)?.slice(1);
      return values?.map((value, index) => [segment.names[index] ?? '', decodeURIComponent(value)]);
    }
  }
}

/**
 * Whether some reader may take a segment, in small letters, for this one: with an ending (`orders.json`), or with another value between
 * its texts.
 */
export function mayBeSegment(segment: TemplateSegment, reading: string): boolean {
  if (segment.kind === 'name') return reading !== '';
  const head = segment.kind === 'literal' ? segment.text.toLowerCase() : segment.head;
  if (!reading.startsWith(head)) return false;
  return (
    segment.kind === 'mixed' ||
    reading.length === head.length ||
    /[^a-z0-9_-]/.test(reading.charAt(head.length))
  );
}

/** Whether some reader may take a whole path, in small letters, for the template's, and nothing below it. */
export function mayBePath({ segments }: RequestTemplate, reading: string): boolean {
  const written = reading.split('/').slice(1);
  return (
    written.length === segments.length &&
    segments.every((segment, index) =>
      segment.kind === 'mixed'
        ? new RegExp(segment.pattern, 'i').test(written[index] ?? '')
        : mayBeSegment(segment, written[index] ?? ''),
    )
  );
}
