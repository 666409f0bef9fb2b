import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import type { Headers } from '../core/wire/headers.ts';
import type { Streamed } from '../ports.ts';
import type { Client } from './client.ts';

/** Streams a request to the CRM as it comes, and gives its answer as it comes. `timeoutMs` is how long an upload may stand still. */
export function streamThrough(
  client: Client,
  timeoutMs: number,
  request: IncomingMessage,
  path: string,
  headers: Headers,
): Streamed {
  const { method = '' } = request;
  const framed = [...headers, ...framingOf(request)];
  const send = (body: Uint8Array | Readable | null) =>
    client.send({ method, path, headers: framed, body, isStream: true });
  if (!hasBody(request)) {
    const { head, giveUp } = send(null);
    return { answer: head, giveUp };
  }
  const { promise: answer, resolve, reject } = Promise.withResolvers<Awaited<Streamed['answer']>>();
  let giveUp = () => {};
  let isGivenUp = false;
  // By then what arrived together with the head is there: nearly always the whole body.
  setImmediate(() => {
    const body = bodyOf(request);
    const sent = send(body);
    sent.head.then(resolve, reject);
    if (body instanceof PassThrough) endStalled(body, request, sent.head, timeoutMs);
    giveUp = sent.giveUp;
    if (isGivenUp) giveUp();
  });
  return {
    answer,
    giveUp() {
      isGivenUp = true;
      giveUp();
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
}

/** A body that is all there goes in one piece. One that still arrives is passed on, and read to its end if the CRM answers before that. */
function bodyOf(request: IncomingMessage): Uint8Array | PassThrough | null {
  if (request.complete) return request.read();
  const relay = new PassThrough();
  request.once('error', (error) => relay.destroy(error));
  relay.once('close', () => request.resume());
  return request.pipe(relay);
}

/**
 * Ends an upload that stands still while there is no answer. Nobody else would: undici waits for an answer when all of the request
 * was sent, and a client could hold as many of the CRM's connections as they open.
 */
function endStalled(
  relay: PassThrough,
  request: IncomingMessage,
  head: Promise<unknown>,
  timeoutMs: number,
): void {
  const stalled = () =>
    void relay.destroy(new UpstreamFault('lost', true, new Error('the upload stands still')));
  const timer = setTimeout(stalled, timeoutMs);
  const goesOn = () => void timer.refresh();
  const leave = () => {
    clearTimeout(timer);
    request.off('data', goesOn);
  };
  request.on('data', goesOn);
  relay.once('close', leave);
  head.then(leave, leave);
}

/**
 * A body goes on with the length it came with, whatever its method is and whatever a client lists in `Connection`: a GET's body
 * that is sent bare would be taken for the next request.
 */
function framingOf({ headers }: IncomingMessage): Headers {
  const length = headers['content-length'];
  return length === undefined ? [] : [['content-length', length]];
}
