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

/** What of the bytes is an answer, as its framing tells; its text costs more than that, and is made once. */
type Framed = {
  readonly head: Head;
  readonly pieces: readonly Buffer[];
  readonly whole: boolean;
  readonly rest: Buffer;
};

/** Whether the bytes hold an answer to its end, where its framing tells. */
export function isWhole(bytes: Buffer, isToHead = false): boolean {
  return framedIn(bytes, false, isToHead).whole;
}

/** The first answer in the bytes, interim ones (1xx) skipped, and what is left behind it. One to HEAD has no body, whatever it says. */
export function readAnswer(
  bytes: Buffer,
  isOver: boolean,
  isToHead = false,
): { readonly answer: RawAnswer; readonly rest: Buffer } {
  const { head, pieces, whole, rest } = framedIn(bytes, isOver, isToHead);
  return { answer: { ...head, body: Buffer.concat(pieces).toString(), whole }, rest };
}

const NOTHING: Framed = { head: { status: 0, headers: {} }, pieces: [], whole: false, rest: Buffer.alloc(0) };

function framedIn(bytes: Buffer, isOver: boolean, isToHead: boolean): Framed {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return NOTHING;
  const head = headOf(bytes.subarray(0, end).toString('latin1'));
  const behind = bytes.subarray(end + 4);
  if (head.status >= 100 && head.status < 200) return framedIn(behind, isOver, isToHead);
  if (isToHead || head.status === 204 || head.status === 304)
    return { head, pieces: [], whole: true, rest: behind };
  if (/chunked/i.test(head.headers['transfer-encoding'] ?? '')) return chunkedIn(head, behind);
  const length = head.headers['content-length'];
  const size = length === undefined ? behind.length : Number(length);
  const whole = length === undefined ? isOver : behind.length >= size;
  return { head, pieces: [behind.subarray(0, size)], whole, rest: behind.subarray(size) };
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

function chunkedIn(head: Head, bytes: Buffer): Framed {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    const next = lineEnd + 2 + size + 2;
    if (Number.isNaN(size) || bytes.length < next) return { ...NOTHING, head, pieces };
    if (size === 0) return { head, pieces, whole: true, rest: bytes.subarray(next) };
    pieces.push(bytes.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}
