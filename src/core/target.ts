/** A request target, taken apart without changing it. */
export type Target = {
  /** As the client wrote it, without the query. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /**
   * What the most forgiving server could take the path for: percent-encoding undone twice, `\` and `//` and dot segments
   * resolved, `;parameters`, trailing dots and blanks dropped, case ignored. Guarded paths are matched on this one.
   */
  readonly wide: string;
  /** Whether the path is spelled as every server reads it: it is forwarded as it is, and may be matched by name. */
  readonly plain: boolean;
};

/** Takes a request line's target apart; undefined where it is no path (`*`, `host:port`) or names another host than `host`. */
export function readTarget(raw: string, host: string | undefined): Target | undefined {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/is.exec(raw);
  if (absolute && absolute[1]?.toLowerCase() !== host?.toLowerCase()) return undefined;
  const target = absolute ? absolute[2] || '/' : raw;
  if (!target.startsWith('/')) return undefined;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const wide = widen(path);
  return { path, query: mark < 0 ? '' : target.slice(mark), wide, plain: isPlain(path) };
}

/** Characters of RFC 3986 §3.3 that stand for themselves everywhere, and percent-encodings of what has to be encoded. */
const SEGMENT =
  /^(?:[A-Za-z0-9\-_~!$&'()*+,=:@]|\.(?!$)|%(?:20|2[2Bb]|3[CcEe]|5[BbDdEe]|60|7[BbCcDd]|[89A-Fa-f][0-9A-Fa-f]))+$/;

function isPlain(path: string): boolean {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return (
    isDecodable(path) &&
    segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')
  );
}

function widen(path: string): string {
  const decoded = decode(decode(path)).normalize('NFKC').replaceAll('\\', '/').toLowerCase();
  const segments: string[] = [];
  for (const part of decoded.split('/')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: C servers end a path at NUL and skip controls
    const segment = part.replace(/[;\u0000#?].*$/s, '').replace(/[\u0000-\u0020\u007f]/g, '');
    if (segment === '..') segments.pop();
    else if (/[^.]/.test(segment)) segments.push(segment.replace(/\.+$/, ''));
  }
  return `/${segments.join('/')}`;
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

/** Percent-decoding that never fails: what is not UTF-8 stays as it is. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%([0-7][0-9a-fA-F])/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  });
}

/** The names and values of a query, undone as widely as servers do: `+` is a blank, bad encodings stay. */
export function readQuery(query: string): readonly (readonly [name: string, value: string])[] {
  return query
    .slice(1)
    .split(/[&;]/)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const mark = pair.indexOf('=');
      const [name, value] = mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))] as const;
    });
}
