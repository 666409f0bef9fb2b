import type { Page } from '../../gate/people/confirm.ts';
import type { Exchange } from '../request/exchange.ts';
import { POLICY, questionPage, sentencePage } from './page-html.ts';
import { type Spoken, spokenIn } from './page-languages.ts';
import type { Closed } from './page-texts.ts';

const STATUS_OF: Partial<Readonly<Record<Closed | 'too-long', number>>> = {
  unknown: 404,
  stale: 403,
  foreign: 403,
  'too-long': 403,
  unreadable: 400,
  unavailable: 503,
  method: 405,
};
/** What was there and is no longer. */
const GONE = 410;

/** Answers with what the gate has to show. */
export function sendPage(exchange: Exchange, page: Page): void {
  send(exchange, statusOf(page), page.language, (spoken) => htmlOf(page, spoken));
}

/** Answers that there is nothing to show, and why. */
export function refusePage(exchange: Exchange, why: Closed): void {
  send(exchange, STATUS_OF[why] ?? GONE, '', (spoken) => sentencePage(spoken.texts.closed[why], spoken));
}

function statusOf(page: Page): number {
  return page.kind === 'closed' ? (STATUS_OF[page.why] ?? GONE) : 200;
}

function htmlOf(page: Page, spoken: Spoken): string {
  const { texts } = spoken;
  if (page.kind === 'question') return questionPage(page, spoken);
  if (page.kind === 'told')
    return sentencePage(page.answer === 'yes' ? texts.approved : texts.declined, spoken);
  return sentencePage(page.why === 'too-long' ? texts.tooLong : texts.closed[page.why], spoken);
}

/** A page of our own: nobody keeps it, frames it, lists it, or is told by it where it is. */
function send(
  { request, response, origin }: Exchange,
  status: number,
  language: string,
  htmlIn: (spoken: Spoken) => string,
): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('X-Robots-Tag', 'noindex, nofollow');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', 'Accept-Language');
  response.setHeader('X-Request-Id', origin.requestId);
  response.end(htmlIn(spokenIn(language, request.headers['accept-language'])));
}
