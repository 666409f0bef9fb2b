import type { IncomingMessage } from 'node:http';
import { CONTROL_PREFIX } from '../../core/saving/route.ts';
import type { Target } from '../../core/wire/target.ts';
import type { Page, PageAnswer } from '../../gate/people/confirm.ts';
import { type BodyReading, createBodyReader } from '../body/read-body.ts';
import { strangerOf } from '../request/asker.ts';
import type { Exchange } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { refusePage, sendPage } from './send-page.ts';

/** An answer has two short fields, and anybody may send one: they share little. */
const MOST_BYTES = 4096;

/** Reads the answers of pages, apart from all other bodies. */
export function createPageBodies() {
  return createBodyReader({
    limitBytes: MOST_BYTES,
    uploadBytes: MOST_BYTES,
    memoryBytes: MOST_BYTES,
    budgetBytes: 256 * MOST_BYTES,
    diskBytes: 0,
    unpackedRatio: 200,
    timeoutMs: 5000,
  });
}

const PLACE = `${CONTROL_PREFIX}/confirm/`;

/** What stands at the end of a link to a page; undefined where the path is no such link. */
export function linkIn({ path, plain }: Target): string | undefined {
  if (!path.startsWith(PLACE)) return undefined;
  return plain ? path.slice(PLACE.length) : '';
}

/**
 * The page that the link in a message leads to. To look changes nothing; only an answer with the page's own token does. Whoever has the
 * link may answer: nothing else is asked about them. Always HTML, for a person.
 */
export async function handlePage(exchange: Exchange, link: string, context: HttpContext): Promise<void> {
  const { method, request, response } = exchange;
  try {
    if (method === 'GET' || method === 'HEAD') {
      request.resume();
      return sendPage(exchange, await context.gate.confirmations.look(link));
    }
    if (method !== 'POST') {
      request.resume();
      response.setHeader('Allow', 'GET, HEAD, POST');
      return refusePage(exchange, 'method');
    }
    if (isForeign(request, context.publicOrigin)) {
      request.resume();
      return refusePage(exchange, 'foreign');
    }
    // Who has no link that can be answered takes no room from those who have one.
    const page = await context.gate.confirmations.look(link);
    if (page.kind !== 'question') {
      request.resume();
      return sendPage(exchange, page);
    }
    await using body = await context.pageBodies.read(request, exchange.origin);
    await take(exchange, link, await formIn(body), context);
  } catch (err) {
    context.log.error({ err, request: exchange.origin.requestId }, 'a page could not be shown');
    refusePage(exchange, 'unavailable');
  }
}

/** Takes an answer. A link that is dead says so, whatever comes with it. */
async function take(
  exchange: Exchange,
  link: string,
  form: URLSearchParams | undefined,
  context: HttpContext,
): Promise<void> {
  if (!form) return refusePage(exchange, 'unreadable');
  const [answer] = form.getAll('answer');
  const looked = await context.gate.confirmations.look(link);
  if (looked.kind !== 'question') return sendPage(exchange, looked);
  if (answer !== 'yes' && answer !== 'no')
    return refusePage(exchange, form.has('page') ? 'unreadable' : 'stale');
  sendPage(exchange, await answerOf(link, form, answer, exchange, context));
}

function answerOf(
  link: string,
  form: URLSearchParams,
  answer: PageAnswer,
  { request, origin }: Exchange,
  { gate }: HttpContext,
): Promise<Page> {
  const [token = '', ...others] = form.getAll('page');
  const asker = strangerOf(request, origin);
  return gate.confirmations.answer(link, others.length === 0 ? token : '', answer, asker);
}

/** The fields of an answer, each once. */
async function formIn(body: BodyReading): Promise<URLSearchParams | undefined> {
  if (!body.ok) return undefined;
  const { spool } = body;
  const bytes = spool.length === 0 ? new Uint8Array() : await spool.read(0, spool.length);
  const form = new URLSearchParams(Buffer.from(bytes).toString('latin1'));
  return form.getAll('answer').length > 1 ? undefined : form;
}

/**
 * Whether another page sent the answer. This one sends the origin `null`, since it tells nobody where it is (`no-referrer`): then the
 * browser's word for how far away the sender was decides, and where there is none, the page's own token.
 * https://fetch.spec.whatwg.org/#append-a-request-origin-header
 */
function isForeign({ headers }: IncomingMessage, ours: string | undefined): boolean {
  const { origin } = headers;
  const isElsewhere = origin !== undefined && origin !== 'null' && origin !== ours;
  const site = headers['sec-fetch-site'];
  return isElsewhere || (site !== undefined && site !== 'same-origin' && site !== 'none');
}
