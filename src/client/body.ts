import { orAborted } from './abort.ts';

/**
 * The body of a fetch: as it was given, or, where it can be read once, its bytes; where they are more than `limit`, a stream. Instead of
 * the stream of a Request, the Request: browsers send that over every connection, and a stream over few.
 */
export async function bodyOf(
  asked: Request | undefined,
  { body }: RequestInit,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<BodyInit | Request | undefined> {
  if (body !== undefined && body !== null) return isStream(body) ? keptBody(body, limit, signal) : body;
  if (!asked || asked.body === null) return undefined;
  // Firefox has no `Request.body`: https://developer.mozilla.org/docs/Web/API/Request/body#browser_compatibility
  if ((asked.body as unknown) === undefined) return hiddenBodyOf(asked, limit, signal);
  const kept = await keptBody(asked.clone().body as Stream, limit, signal);
  if (kept instanceof Uint8Array) return kept;
  // This copy ends when the other one was sent, so nobody waits for it.
  void kept.cancel();
  return asked;
}

/** The bytes of a stream, or, where they are more than `limit`, a stream that begins with what was read. */
export function keptBody(stream: Stream, limit: number, signal: AbortSignal | undefined): Promise<Kept> {
  return orAborted(keep(piecesOf(stream), limit), signal);
}

type Kept = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

async function hiddenBodyOf(asked: Request, limit: number, signal: AbortSignal | undefined) {
  const bytes = await orAborted(asked.clone().arrayBuffer(), signal);
  if (bytes.byteLength > limit) return asked;
  return bytes.byteLength > 0 ? bytes : undefined;
}

/** The body as text, byte for byte; undefined where that cannot be had at once (a form with files, a blob, a stream). */
export function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body);
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer)
    return new TextDecoder('latin1').decode(body as ArrayBuffer);
  return undefined;
}

type Pieces = AsyncIterator<Uint8Array | string, unknown, undefined>;
type Stream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>;

/** Streams, and Node's, which are iterable. */
export function isStream(body: unknown): body is Stream {
  return (
    body instanceof ReadableStream ||
    (typeof body === 'object' && body !== null && Symbol.asyncIterator in body && !(body instanceof Blob))
  );
}

function piecesOf(stream: Stream): Pieces {
  if (!(stream instanceof ReadableStream)) return stream[Symbol.asyncIterator]();
  const reader = stream.getReader();
  return {
    next: () => reader.read() as ReturnType<Pieces['next']>,
    return: async (value) => ({ done: true, value: await reader.cancel(value) }),
  };
}

/** Reads a stream as a whole, or gives one that begins with what was read. */
async function keep(source: Pieces, limit: number): Promise<Kept> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length <= limit) {
    const { done, value } = await source.next();
    if (done) return new Uint8Array(await new Blob(pieces).arrayBuffer());
    const piece = bytesOf(value);
    pieces.push(piece);
    length += piece.length;
  }
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const kept = pieces.shift();
      const { done, value } = kept ? { done: false, value: kept } : await source.next();
      if (done) controller.close();
      else controller.enqueue(bytesOf(value as Uint8Array | string));
    },
    cancel: async (reason) => void (await source.return?.(reason)),
  });
}

const bytesOf = (piece: Uint8Array | string) =>
  (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece) as Uint8Array<ArrayBuffer>;
