/** Names of headers of which no reader takes a part for another one, or the line for a boundary. */
const HEADER = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?[ \t]*$/;

/** As Node has it for those of a request. */
const MOST_LETTERS = 16 * 1024;

/** Headers by their names as they are written, each once; or what is wrong with them. */
export function headersIn(lines: readonly string[]): ReadonlyMap<string, string> | string {
  if (lines.reduce((sum, { length }) => sum + length, 0) > MOST_LETTERS) return 'its headers are too long';
  const headers = new Map<string, string>();
  const seen = new Set<string>();
  for (const line of lines) {
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    if (name === undefined) return 'a header is no "Name: value" on one line';
    const lower = name.toLowerCase();
    if (seen.has(lower)) return `the header "${name}" stands twice`;
    if (lower !== 'content-length' && lower.includes('content-length'))
      return `leave out the header "${name}"`;
    seen.add(lower);
    headers.set(name, value);
  }
  return headers;
}

/** The value of a header, in any case. */
export function headerOf(headers: ReadonlyMap<string, string>, name: string): string | undefined {
  for (const [other, value] of headers) if (other.toLowerCase() === name) return value;
  return undefined;
}

/** What UI5 writes behind its batches. */
const EPILOGUE = /^(?:\r\n)*(?:Group ID(?: \(API\))?: ?[\x20-\x7e]*(?:\r\n)*)?$/;

/**
 * The parts between boundaries, in the one way in which all readers agree: it starts with the boundary, lines end in CRLF, nothing stands behind
 * a boundary or after the last one. Source: RFC 2046 §5.1.1.
 */
export function partsIn(text: string, boundary: string, most: number): readonly string[] | string {
  const opening = `--${boundary}\r\n`;
  const at = text.startsWith('\r\n') ? 2 : 0;
  if (!text.startsWith(opening, at)) return 'it does not start with its boundary and a line end';
  const parts: string[] = [];
  let from = at + opening.length;
  for (;;) {
    const end = text.indexOf(`\r\n--${boundary}`, from - 2);
    if (end < 0) return 'its last boundary is missing';
    if (parts.length === most) return `it has more than ${most} parts`;
    parts.push(text.slice(from, Math.max(from, end)));
    const behind = end + 4 + boundary.length;
    if (text.startsWith('\r\n', behind)) {
      from = behind + 2;
    } else {
      const isEnd = text.startsWith('--', behind) && EPILOGUE.test(text.slice(behind + 2));
      return isEnd ? parts : 'something stands behind a boundary';
    }
  }
}
