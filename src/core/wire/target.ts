/** A request target, taken apart without changing it. */
export type Target = {
  /** As the client wrote it, without the query. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /**
   * What the most forgiving servers could take the path for: percent-encoding undone several times, `\` and `//` and dot segments
   * resolved, `;parameters`, trailing dots and blanks dropped, case ignored; and where it turns back by `..`, the places where
   * it does, for servers that know no `..` or stop before it. Guarded paths are matched on these.
   */
  readonly readings: readonly string[];
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
  const query = mark < 0 ? '' : target.slice(mark);
  if (ONE_READING.test(path)) return { path, query, readings: [path.toLowerCase()], plain: true };
  return { path, query, readings: widen(path), plain: isPlain(path) };
}

/** Nearly all paths: nothing in them is encoded, turns back or is dropped, so all readers agree. */
const ONE_READING = /^(?:\/[A-Za-z0-9_-]+)+$/;

/** Characters of RFC 3986 §3.3 that stand for themselves everywhere, and percent-encodings of what has to be encoded. */
const SEGMENT =
  /^(?:[A-Za-z0-9\-_~!$&'()*+,=:@]|\.(?!$)|%(?:20|2[2Bb]|3[CcEe]|5[BbDdEe]|60|7[BbCcDd]|[89A-Fa-f][0-9A-Fa-f]))+$/;

/** Whether every server reads the path as the same segments. */
export function isPlain(path: string): boolean {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return (
    isDecodable(path) &&
    segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')
  );
}

function widen(path: string): readonly string[] {
  const decoded = decodeFully(path).normalize('NFKC').replaceAll('\\', '/').toLowerCase();
  const segments: string[] = [];
  const readings: string[] = [];
  let turned = false;
  for (const part of decoded.split('/')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: C servers end a path at NUL and skip controls
    const segment = part.replace(/[;\u0000#?].*$/s, '').replace(/[\u0000-\u0020\u007f]/g, '');
    if (segment === '..') {
      if (!turned) readings.push(`/${segments.join('/')}`);
      segments.pop();
      turned = true;
    } else if (/[^.]/.test(segment)) {
      segments.push(segment.replace(/\.+$/, ''));
      turned = false;
    }
  }
  return [...readings, `/${segments.join('/')}`];
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

/** Undone as often as a chain of servers might: a path that needs more is not one that anybody reads. */
function decodeFully(path: string): string {
  let decoded = path;
  for (let round = 0; round < 5; round++) decoded = decode(decoded);
  return decoded;
}

/** ASCII in an encoding that is too long, which old decoders accept (CVE-2000-0884), or among bytes that are no UTF-8. */
const SLOPPY = /%c([01])%([89ab][0-9a-f])|%([0-7][0-9a-f])/gi;

/** Percent-decoding that never fails: what is not UTF-8 stays as it is. `%u0044` is IIS's own. */
function decode(text: string): string {
  const units = text.replace(/%u([0-9a-fA-F]{4})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return units.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(SLOPPY, (_, high, low, plain) => {
        const code =
          plain === undefined
            ? (Number(high) << 6) | (Number.parseInt(low, 16) & 0x3f)
            : Number.parseInt(plain, 16);
        return String.fromCharCode(code);
      });
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
