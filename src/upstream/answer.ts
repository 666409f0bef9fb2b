import { type Dispatcher, errors } from 'undici';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import type { Headers } from '../core/wire/headers.ts';
import type { AnswerBody, TakePiece, UpstreamResponse } from '../ports.ts';

/** Bytes of an answer that wait for somebody to take them before the CRM is told to hold back. */
const MOST_WAITING_BYTES = 64 * 1024;

/**
 * One answer of the CRM, as undici hands it over: first its head, then its pieces. Between the two lies no stream of Node's: that
 * would cost more than all the rest of the exchange.
 * https://github.com/nodejs/undici/blob/main/docs/docs/api/Dispatcher.md#dispatcherdispatchoptions-handler
 */
export class Answer implements Dispatcher.DispatchHandler, AnswerBody {
  readonly head: Promise<UpstreamResponse>;
  private readonly headed: (answer: UpstreamResponse) => void;
  private readonly failed: (fault: UpstreamFault) => void;
  private controller: Dispatcher.DispatchController | undefined;
  private readonly waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private take: TakePiece | undefined;
  private isTaking = false;
  /** Whether all of it has come; what is not taken yet still waits. */
  private hasCome = false;
  /** Whether all of it was taken, too: then nothing can happen to it. */
  private isOver = false;
  /** Why it ended before that. */
  private fault: UpstreamFault | undefined;
  private readonly over = Promise.withResolvers<void>();

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<UpstreamResponse>();
    this.head = promise;
    this.headed = resolve;
    this.failed = reject;
    // Who never takes the body has no interest in how it ended.
    this.over.promise.catch(() => undefined);
  }

  each(take: TakePiece): Promise<void> {
    this.take = take;
    this.handOver();
    return this.over.promise;
  }

  readonly giveUp = (): void => {
    if (!this.isOver) this.fail(new UpstreamFault('unwanted', false, new Error('the caller has left')));
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.fault) controller.abort(this.fault);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    reason = '',
  ): void {
    if (status < 200) return;
    const headers = pairsIn(controller.rawHeaders as readonly Uint8Array[]);
    this.headed({ status, reason: wordsOf(reason), headers, body: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.waiting.push(piece);
    this.waitingBytes += piece.length;
    this.handOver();
    if (this.isTaking || this.waitingBytes > MOST_WAITING_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    this.hasCome = true;
    this.handOver();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.fail(error);
  }

  private handOver(): void {
    while (this.take && !this.isTaking && !this.fault) {
      const piece = this.waiting.shift();
      if (!piece) break;
      this.waitingBytes -= piece.length;
      this.handOverOne(piece, this.take);
    }
    if (!this.take || this.isTaking || this.fault) return;
    if (!this.hasCome) {
      this.controller?.resume();
      return;
    }
    this.isOver = true;
    this.over.resolve();
  }

  private handOverOne(piece: Uint8Array, take: TakePiece): void {
    try {
      const taking = take(piece, this.hasCome && this.waiting.length === 0);
      if (!taking) return;
      this.isTaking = true;
      taking.then(
        () => {
          this.isTaking = false;
          this.handOver();
        },
        (error: Error) => this.fail(error),
      );
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** What is cut is told at once, whoever still waits for an earlier piece. */
  private fail(error: Error): void {
    if (this.isOver || this.fault) return;
    this.fault = faultOf(error);
    this.failed(this.fault);
    this.over.reject(this.fault);
    this.waiting.length = 0;
    if (!this.hasCome) this.controller?.abort(this.fault);
  }
}

/**
 * The words of a status line, each byte a character as in headers. undici reads them as UTF-8; what was none, or what no server of
 * Node's may say, is left out.
 */
function wordsOf(reason: string): string {
  const words = Buffer.from(reason).toString('latin1');
  return reason.includes('\ufffd') || !SAYABLE.test(words) ? '' : words;
}

/** https://www.rfc-editor.org/rfc/rfc9112#name-status-line */
const SAYABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Header values are bytes, of which each is a character; so are names. */
function pairsIn(raw: readonly Uint8Array[]): Headers {
  const text = (index: number) => (raw[index] as Buffer).toString('latin1');
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < raw.length; index += 2) pairs.push([text(index), text(index + 1)]);
  return pairs;
}

function faultOf(error: unknown): UpstreamFault {
  if (error instanceof UpstreamFault) return error;
  const isTimeout = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return new UpstreamFault('lost', isTimeout, error);
}
