/** An answer as it stood on the wire. Status 0: the connection ended without one. */
export type RawAnswer = {
  readonly status: number;
  /** In lower case; of several with one name, the values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without its chunks' framing. */
  readonly body: string;
  /** Whether it came to its end. */
  readonly whole: boolean;
};

type Head = { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** Whether the bytes hold an answer to its end, where its framing tells. */
export function isWhole(bytes: Buffer, isToHead = false): boolean {
  return readAnswer(bytes, false, isToHead).answer.whole;
}

/** The first answer in the bytes, interim ones (1xx) skipped, and what is left behind it. One to HEAD has no body, whatever it says. */
export function readAnswer(
  bytes: Buffer,
  isOver: boolean,
  isToHead = false,
): { readonly answer: RawAnswer; readonly rest: Buffer } {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return { answer: { status: 0, headers: {}, body: '', whole: false }, rest: Buffer.alloc(0) };
  const head = headOf(bytes.subarray(0, end).toString('latin1'));
  const behind = bytes.subarray(end + 4);
  if (head.status >= 100 && head.status < 200) return readAnswer(behind, isOver, isToHead);
  if (isToHead || head.status === 204 || head.status === 304)
    return { answer: { ...head, body: '', whole: true }, rest: behind };
  if (/chunked/i.test(head.headers['transfer-encoding'] ?? '')) return chunkedIn(head, behind);
  const length = head.headers['content-length'];
  const size = length === undefined ? behind.length : Number(length);
  const whole = length === undefined ? isOver : behind.length >= size;
  return {
    answer: { ...head, body: behind.subarray(0, size).toString(), whole },
    rest: behind.subarray(size),
  };
}

function headOf(text: string): Head {
  const [line = '', ...fields] = text.split('\r\n');
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const mark = field.indexOf(':');
    const name = field.slice(0, mark).toLowerCase();
    const value = field.slice(mark + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return { status: Number(line.split(' ')[1] ?? 0), headers };
}

function chunkedIn(head: Head, bytes: Buffer): ReturnType<typeof readAnswer> {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    const next = lineEnd + 2 + size + 2;
    if (Number.isNaN(size) || bytes.length < next)
      return { answer: { ...head, body: textOf(pieces), whole: false }, rest: Buffer.alloc(0) };
    if (size === 0)
      return { answer: { ...head, body: textOf(pieces), whole: true }, rest: bytes.subarray(next) };
    pieces.push(bytes.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}

function textOf(pieces: readonly Buffer[]): string {
  return Buffer.concat(pieces).toString();
}
