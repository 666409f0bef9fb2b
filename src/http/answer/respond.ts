import type { ServerResponse } from 'node:http';
import type { UpstreamFault } from '../../core/saving/upstream-fault.ts';
import type { CodeFate, Problem } from '../../core/verdict/problem.ts';
import type { Refusal } from '../../core/verdict/refusal.ts';
import { upstreamProblem } from '../../core/verdict/upstream-problem.ts';
import type { HandedOn, UpstreamAnswer } from '../../core/verdict/verdict.ts';
import { answerHeaders } from '../../core/wire/headers.ts';
import type { Dialect, Envelope } from '../../dialects/dialect.ts';
import { problemEnvelope } from '../../dialects/problem-envelope.ts';
import type { UpstreamResponse } from '../../ports.ts';
import { takesProblem } from '../request/accepts.ts';
import { pageHeadersOf, readableBy } from '../request/cors.ts';
import type { Exchange, GuardedExchange } from '../request/exchange.ts';

/** What a presented code came to, for the answer's headers. */
export type CodeNote = { readonly fate: CodeFate | undefined };

/** A request that can be answered, perhaps in the envelope of its CRM. */
type Answerable = Pick<Exchange, 'response' | 'origin' | 'refusal'> & {
  readonly dialect?: Pick<Dialect, 'refusal'>;
  readonly mount?: GuardedExchange['mount'];
  readonly headers?: Exchange['headers'];
  readonly body?: GuardedExchange['body'];
};

/** Answers with a refusal. */
export function sendProblem(exchange: Answerable, { problem }: Refusal): void {
  send(exchange, problem);
}

/** Says in our own form what an answer of the CRM says by which it refuses: the audit has it as handed on. */
export function sendInstead(exchange: Answerable, _answer: HandedOn, problem: Problem): void {
  send(exchange, problem);
}

/** Says that there is no answer of the CRM to hand on: that is no refusal. */
export function sendUnanswered(exchange: Answerable, fault: UpstreamFault, code?: CodeFate): void {
  send(exchange, upstreamProblem(fault, code));
}

function send(answerable: Answerable, problem: Problem): void {
  const { response, origin, refusal } = answerable;
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { status, contentType, body, headers = [] } = refusal?.(problem) ?? envelopeOf(answerable, problem);
  response.statusCode = status;
  // An answer of the CRM that could not be begun has left its words behind.
  response.statusMessage = '';
  for (const [name, value] of headers) response.setHeader(name, value);
  forPage(response);
  response.setHeader('Content-Type', typeFor(response, contentType));
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('OTPRULES-Result', problem.slug);
  response.setHeader('X-Request-Id', origin.requestId);
  if (problem.code) response.setHeader('OTPRULES-Code', problem.code);
  if (problem.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', String(problem.retryAfterSeconds));
  if (problem.close) response.setHeader('Connection', 'close');
  response.end(body);
}

/** A refusal is a refusal also where the dialect cannot say it in the CRM's own form. */
function envelopeOf({ dialect, mount, headers = [], body }: Answerable, problem: Problem): Envelope {
  if (!dialect) return problemEnvelope(problem);
  try {
    return dialect.refusal(problem, mount && { mount, headers, body });
  } catch {
    return problemEnvelope(problem);
  }
}

function forPage(response: ServerResponse): void {
  for (const [name, value] of pageHeadersOf(response)) response.setHeader(name, value);
}

/** Some clients read JSON under its own name only, and take any other answer for a success. */
function typeFor({ req }: ServerResponse, contentType: string): string {
  const isProblem = contentType === 'application/problem+json';
  return isProblem && !takesProblem(req.headers.accept) ? 'application/json' : contentType;
}

/** Answers of our own that are no refusal. */
export function sendJson(
  response: ServerResponse,
  requestId: string,
  status: number,
  body: unknown,
  result?: string,
): void {
  response.statusCode = status;
  forPage(response);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Request-Id', requestId);
  if (result) response.setHeader('OTPRULES-Result', result);
  response.end(JSON.stringify(body));
}

/** The same in plain text, or with nothing in it. */
export function sendText(response: ServerResponse, requestId: string, status: number, text?: string): void {
  forPage(response);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Request-Id', requestId);
  if (text !== undefined) response.setHeader('Content-Type', 'text/plain');
  response.statusCode = status;
  response.end(text);
}

/** Hands a collected answer of the CRM on, as it is but for what a code came to. */
export function sendAnswer(response: ServerResponse, answer: UpstreamAnswer, note?: CodeNote): void {
  writeHead(response, answer, note);
  response.end(...chunkOf(answer.body));
}

/** Streams an answer of the CRM on. A cut is passed on as a cut, never as an end, and thrown as `UpstreamFault`. */
export async function streamAnswer(response: ServerResponse, answer: UpstreamResponse): Promise<undefined> {
  const { body } = answer;
  if (response.destroyed) body.giveUp();
  response.once('close', body.giveUp);
  writeHead(response, answer);
  let isBegun = false;
  const over = body.each((piece, isLast) => {
    isBegun = true;
    if (!isLast) return response.write(...chunkOf(piece)) ? undefined : drained(response);
    response.end(...chunkOf(piece));
    return undefined;
  });
  // The head does not wait for the first piece. `flushHeaders` would write it as UTF-8, and header values are bytes.
  if (!isBegun) response.write(NOTHING);
  try {
    await over;
    if (!response.writableEnded) response.end();
  } catch (fault) {
    response.destroy();
    throw fault;
  }
}

const NOTHING = Buffer.alloc(0);
const SMALL_BYTES = 8 * 1024;

/** A small piece as a text of the same bytes: Node then sends it and the head as one text, which costs half as much as two buffers. */
function chunkOf(piece: Uint8Array): [Uint8Array | string, BufferEncoding] {
  return [
    piece.length <= SMALL_BYTES
      ? Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1')
      : piece,
    'latin1',
  ];
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => void response.once('drain', resolve));
}

function writeHead(
  response: ServerResponse,
  { status, reason, headers }: Pick<UpstreamResponse, 'status' | 'headers'> & { readonly reason?: string },
  note?: CodeNote,
): void {
  const flat: string[] = [];
  const readable = readableBy(response, answerHeaders(headers), note !== undefined);
  for (const [name, value] of readable) flat.push(name, value);
  if (note) flat.push('OTPRULES-Result', 'verified');
  if (note?.fate) flat.push('OTPRULES-Code', note.fate);
  if (reason) response.writeHead(status, reason, flat);
  else response.writeHead(status, flat);
}
