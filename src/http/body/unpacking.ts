import type { Problem } from '../../core/verdict/problem.ts';
import { type Decoder, PIECE_BYTES } from './decode-content.ts';
import { unread } from './intake.ts';
import type { Pace } from './pace.ts';

/** One compressed body while it is unpacked: how much it may become, and how fast. */
export class Unpacking {
  private readonly decoder: Decoder;
  private readonly mostTimes: number;
  private readonly pace: Pace;
  private unpackedBytes = 0;

  constructor(decoder: Decoder, mostTimes: number, pace: Pace) {
    this.decoder = decoder;
    this.mostTimes = mostTimes;
    this.pace = pace;
  }

  /**
   * Refuses a decompression bomb: a body that is out of all proportion to what it costs its sender. Data that says something
   * does not shrink that much. Apache has the same limit, and the same number (`DeflateInflateRatioLimit`, in
   * https://httpd.apache.org/docs/2.4/mod/mod_deflate.html).
   */
  refusalOf(pieceBytes: number): Problem | undefined {
    this.unpackedBytes += pieceBytes;
    if (this.unpackedBytes <= PIECE_BYTES) return undefined;
    return this.unpackedBytes > this.mostTimes * this.decoder.bytesWritten ? this.bomb() : undefined;
  }

  /** Resolves when the next piece may come; undefined where that is now. */
  take(pieceBytes: number): Promise<void> | undefined {
    return this.pace.take(pieceBytes);
  }

  private bomb(): Problem {
    const advice = 'Send it without compression, or have body.ratio raised.';
    return unread(413, `The body unpacks to more than ${this.mostTimes} times its size. ${advice}`);
  }
}
