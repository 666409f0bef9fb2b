import type { ServerResponse } from 'node:http';
import { answerHeaders } from '../core/headers.ts';
import type { CodeFate, Problem } from '../core/problem.ts';
import type { UpstreamAnswer } from '../core/verdict.ts';
import type { Envelope } from '../dialects/dialect.ts';
import { problemEnvelope } from '../dialects/problem-envelope.ts';
import type { UpstreamResponse } from '../ports.ts';

/** What a presented code came to, for the answer's headers. */
export type CodeNote = { readonly fate: CodeFate | undefined };

/** Answers with a problem, in the envelope of a dialect where there is one. */
export function sendProblem(
  response: ServerResponse,
  requestId: string,
  problem: Problem,
  envelopeOf: (problem: Problem) => Envelope = problemEnvelope,
): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { status, contentType, body, headers = [] } = envelopeOf(problem);
  response.statusCode = status;
  // An answer of the CRM that could not be begun has left its words behind.
  response.statusMessage = '';
  for (const [name, value] of headers) response.setHeader(name, value);
  response.setHeader('Content-Type', contentType);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('OTPRULES-Result', problem.slug);
  response.setHeader('X-Request-Id', requestId);
  if (problem.code) response.setHeader('OTPRULES-Code', problem.code);
  if (problem.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', String(problem.retryAfterSeconds));
  if (problem.close) response.setHeader('Connection', 'close');
  response.end(body);
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
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Request-Id', requestId);
  if (result) response.setHeader('OTPRULES-Result', result);
  response.end(JSON.stringify(body));
}

/** Hands a collected answer of the CRM on, as it is but for what a code came to. */
export function sendAnswer(response: ServerResponse, answer: UpstreamAnswer, note?: CodeNote): void {
  writeHead(response, answer, note);
  response.end(answer.body);
}

/** Streams an answer of the CRM on. A cut is passed on as a cut, never as an end. */
export async function streamAnswer(response: ServerResponse, answer: UpstreamResponse): Promise<void> {
  const { body } = answer;
  if (response.destroyed) return body.giveUp();
  response.once('close', body.giveUp);
  writeHead(response, answer);
  let isBegun = false;
  const over = body.each((piece) => {
    isBegun = true;
    return response.write(piece) ? undefined : drained(response);
  });
  // The head does not wait for the first piece. `flushHeaders` would write it as UTF-8, and header values are bytes.
  if (!isBegun) response.write(NOTHING);
  try {
    await over;
    response.end();
  } catch {
    response.destroy();
  }
}

const NOTHING = Buffer.alloc(0);

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => void response.once('drain', resolve));
}

function writeHead(
  response: ServerResponse,
  { status, reason, headers }: Pick<UpstreamResponse, 'status' | 'headers'> & { readonly reason?: string },
  note?: CodeNote,
): void {
  const flat: string[] = [];
  for (const [name, value] of answerHeaders(headers)) flat.push(name, value);
  if (note) flat.push('OTPRULES-Result', 'verified');
  if (note?.fate) flat.push('OTPRULES-Code', note.fate);
  if (reason) response.writeHead(status, reason, flat);
  else response.writeHead(status, flat);
}
