import { Readable } from 'node:stream';
import type { UpstreamAnswer } from '../core/verdict.ts';
import type { UpstreamResponse } from '../ports.ts';

/** An answer that is looked at while it passes. */
export type Gathered = {
  /** To be sent on, as it comes. */
  readonly answer: UpstreamResponse;
  /** The whole of it, once it has passed; undefined where it was cut, or is larger than what is kept. */
  whole(): UpstreamAnswer | undefined;
};

/** Keeps what passes, up to `limitBytes`. Nobody waits for it. */
export function gather({ status, headers, body }: UpstreamResponse, limitBytes: number): Gathered {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  async function* passing() {
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      length += piece.length;
      if (length <= limitBytes) pieces.push(piece);
      yield piece;
    }
    isWhole = length <= limitBytes;
  }
  return {
    answer: { status, headers, body: Readable.from(passing(), { objectMode: false }) },
    whole: () => (isWhole ? { status, headers, body: Buffer.concat(pieces) } : undefined),
  };
}
