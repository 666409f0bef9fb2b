/** How much a JSON parser forgives. */
export type Leniency = {
  /** Comments, single quotes, bare names, `=`, `;`, control characters, missing ends. */
  readonly gson?: boolean;
  /** Whatever stands behind the first document. */
  readonly trailing?: boolean;
  readonly maxDepth?: number;
};

/** Made once: thousands of documents are given up, and where does not matter. */
const UNREADABLE = new SyntaxError('a document that even a forgiving parser gives up');

/** A document as a forgiving parser reads it; objects as lists of pairs, so that no repeated name is lost. Undefined where even it gives up. */
export function readLeniently(text: string, leniency: Leniency): unknown {
  let at = 0;
  const { gson = false, trailing = false, maxDepth = 1000 } = leniency;
  const fail = (): never => {
    throw UNREADABLE;
  };
  const skip = (): void => {
    const blank = gson ? /(?:[\s\0\uFEFF]|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|\)\]\}'\n)*/y : /[ \t\r\n]*/y;
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
  };
  const next = (marks: string): boolean => {
    skip();
    const mark = text[at];
    if (mark === undefined || !marks.includes(mark)) return false;
    at++;
    return true;
  };
  const quoted = (quote: string): string => {
    let value = '';
    for (at++; ; at++) {
      const mark = text[at] ?? (gson ? quote : fail());
      if (mark === quote) break;
      if (mark < ' ' && !gson) fail();
      value += mark === '\\' ? escaped() : mark;
    }
    at++;
    return value;
  };
  const escaped = (): string => {
    const mark = text[++at] ?? fail();
    if (mark === 'u') {
      const digits = text.slice(at + 1, at + 5);
      if (!/^[0-9a-f]{4}$/i.test(digits)) fail();
      at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const known = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' }[mark];
    return known ?? (gson ? mark : fail());
  };
  const bare = (): unknown => {
    const pattern = gson ? /[^\s"'{}[\]:,;=/\\#]+/y : /-?\d[\d.eE+-]*|true|false|null/y;
    pattern.lastIndex = at;
    const word = pattern.exec(text)?.[0] ?? fail();
    at += word.length;
    if (word === 'null') return null;
    if (word === 'true' || word === 'false') return word === 'true';
    return Number.isNaN(Number(word)) ? word : Number(word);
  };
  const value = (depth: number): unknown => {
    if (depth > maxDepth) fail();
    skip();
    const mark = text[at];
    if (mark === '{') return object(depth);
    if (mark === '[') return list(depth);
    return mark === '"' || (gson && mark === "'") ? quoted(mark) : bare();
  };
  const object = (depth: number): unknown => {
    const members = new Pairs();
    at++;
    while (!next('}')) {
      skip();
      if (gson && at >= text.length) break;
      const mark = text[at] ?? fail();
      const name = mark === '"' || (gson && mark === "'") ? quoted(mark) : gson ? String(bare()) : fail();
      if (!next(gson ? ':=' : ':')) fail();
      if (gson && text[at] === '>') at++;
      members.push([name, value(depth + 1)]);
      if (!next(gson ? ',;' : ',') && text[at] !== '}' && !gson) fail();
    }
    return members.tree();
  };
  const list = (depth: number): unknown => {
    const items: unknown[] = [];
    at++;
    while (!next(']')) {
      if (at >= text.length) {
        if (gson) break;
        fail();
      }
      if (gson && next(',;')) continue;
      items.push(value(depth + 1));
      if (!next(gson ? ',;' : ',') && text[at] !== ']') fail();
    }
    return items;
  };
  try {
    const document = value(0);
    skip();
    return at < text.length && !trailing && !gson ? undefined : document;
  } catch (error) {
    if (error === UNREADABLE) return undefined;
    throw error;
  }
}

class Pairs extends Array<readonly [string, unknown]> {
  /** Repeated names keep all their values: readers differ on which of them counts. */
  tree(): unknown {
    const tree = new Map<string, unknown>();
    for (const [name, value] of this)
      tree.set(name, tree.has(name) ? { first: tree.get(name), next: value } : value);
    return tree;
  }
}
