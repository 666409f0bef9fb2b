import type { UpstreamAnswer } from '../../core/verdict/verdict.ts';
import type { UpstreamResponse } from '../../ports.ts';

/** An answer that is looked at while it passes. */
export type Gathered = {
  /** To be sent on, as it comes. */
  readonly answer: UpstreamResponse;
  /** The whole of it, once it has passed; undefined where it was cut, or is larger than what is kept. */
  whole(): UpstreamAnswer | undefined;
};

/** Keeps what passes, up to `limitBytes`. Nobody waits for it. */
export function gather({ body, ...head }: UpstreamResponse, limitBytes: number): Gathered {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  const { status, headers } = head;
  return {
    answer: {
      ...head,
      body: {
        giveUp: body.giveUp,
        async each(take) {
          await body.each((piece, isLast) => {
            length += piece.length;
            if (length <= limitBytes) pieces.push(piece);
            return take(piece, isLast);
          });
          isWhole = length <= limitBytes;
        },
      },
    },
    whole: () => (isWhole ? { status, headers, body: Buffer.concat(pieces) } : undefined),
  };
}
