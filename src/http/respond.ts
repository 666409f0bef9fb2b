import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { answerHeaders, type Headers } from '../core/headers.ts';
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
  writeHead(response, answer.status, answer.headers, note);
  response.end(answer.body);
}

/** Streams an answer of the CRM on. A cut is passed on as a cut, never as an end. */
export async function streamAnswer(response: ServerResponse, answer: UpstreamResponse): Promise<void> {
  writeHead(response, answer.status, answer.headers);
  // The head does not wait for the first piece. `flushHeaders` would write it as UTF-8, and header values are bytes.
  if (!response.destroyed) response.write(Buffer.alloc(0));
  await pipeline(answer.body, response).catch(() => response.destroy());
}

function writeHead(response: ServerResponse, status: number, headers: Headers, note?: CodeNote): void {
  response.statusCode = status;
  for (const [name, value] of answerHeaders(headers)) response.appendHeader(name, value);
  if (!note) return;
  response.setHeader('OTPRULES-Result', 'verified');
  if (note.fate) response.setHeader('OTPRULES-Code', note.fate);
}
