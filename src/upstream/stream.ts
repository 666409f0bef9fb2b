import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { Headers } from '../core/headers.ts';
import type { Streamed } from '../ports.ts';
import type { Client } from './client.ts';

/** Streams a request to the CRM as it comes, and gives its answer as it comes. */
export function streamThrough(
  client: Client,
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
    const sent = send(bodyOf(request));
    sent.head.then(resolve, reject);
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
function bodyOf(request: IncomingMessage): Uint8Array | Readable | null {
  if (request.complete) return request.read();
  const relay = new PassThrough();
  request.once('error', (error) => relay.destroy(error));
  relay.once('close', () => request.resume());
  return request.pipe(relay);
}

/**
 * A body goes on with the length it came with, whatever its method is and whatever a client lists in `Connection`: a GET's body
 * that is sent bare would be taken for the next request.
 */
function framingOf({ headers }: IncomingMessage): Headers {
  const length = headers['content-length'];
  return length === undefined ? [] : [['content-length', length]];
}
