import { problem } from '../../core/verdict/problem.ts';
import type { HandedOn, UpstreamAnswer } from '../../core/verdict/verdict.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { sendAnswer, sendInstead } from '../answer/respond.ts';
import type { Exchange } from '../request/exchange.ts';

const PROBLEMS = {
  401: problem(
    'not-authenticated',
    'The CRM does not know who asks. Send this call with credentials of the CRM.',
  ),
  403: problem('record-withheld', 'The CRM does not show this record to you.'),
  404: problem('record-not-found', 'The CRM has no such record, or does not show it to you.'),
} as const;

/** The status that an answer means by which the CRM shows no record. */
export function withheldStatus(answer: UpstreamAnswer, dialect: Dialect | undefined): number {
  return dialect?.withheldAs?.(answer) ?? answer.status;
}

/**
 * Tells a caller of the control API that the CRM shows the record not. That nobody knows them is told in the control API's own form,
 * and so is what a CRM says with a status of success; its own 403 and 404 are handed on.
 */
export function sendWithheld(exchange: Exchange, handedOn: HandedOn, dialect: Dialect | undefined): void {
  const { answer } = handedOn;
  const status = withheldStatus(answer, dialect);
  const isClear = status === answer.status && status !== 401;
  const told = PROBLEMS[status as keyof typeof PROBLEMS];
  if (isClear || !told) {
    sendAnswer(exchange.response, answer);
    return;
  }
  // RFC 9110 §11.6.1: how to say who one is.
  const schemes = status === 401 ? valuesOf(answer.headers, 'www-authenticate') : [];
  if (schemes.length > 0) exchange.response.setHeader('WWW-Authenticate', schemes);
  sendInstead(exchange, handedOn, told);
}
