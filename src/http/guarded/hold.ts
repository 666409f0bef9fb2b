import { nestedCodesIn } from '../../core/nesting/codes.ts';
import { unfold } from '../../core/nesting/unfold.ts';
import { declaredLines } from '../../core/saving/declared.ts';
import { sayTooMuch, TOO_MUCH } from '../../core/saving/extent.ts';
import { isCollection } from '../../core/saving/module.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { type Problem, problem, type Written } from '../../core/verdict/problem.ts';
import { type Body, treeOf } from '../../core/wire/body.ts';
import { type Headers, isOfOldBody, valuesOf, withoutCookies } from '../../core/wire/headers.ts';
import { isJsonType, readMediaType } from '../../core/wire/media-type.ts';
import { codesOfHeaders } from '../../core/wire/parameter.ts';
import { verbatimFault } from '../../core/wire/verbatim.ts';
import type { Reading } from '../../dialects/dialect.ts';
import type { Intent } from '../../ports/intent.ts';
import { entryFault } from '../body/entry-fault.ts';
import { type MediaReading, readMedia } from '../body/read-media.ts';
import type { Spool } from '../body/spool.ts';
import { type WrittenBody, writeBody } from '../body/write-body.ts';
import { askerOf } from '../request/asker.ts';
import { credentialsIn } from '../request/credentials.ts';
import {
  type Exchange,
  type GuardedExchange,
  headOf,
  ownHeaders,
  pathOf,
  streamedHeaders,
} from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { readingOf } from './batch.ts';
import { routedElsewhere } from './doubt.ts';
import { secondNaming } from './second-naming.ts';
import { writtenAbout } from './written-about.ts';

/** A write, read as the CRM would read it, and what would be sent for it. What is judged and what is sent are made from one tree. */
export type Held =
  | {
      readonly kind: 'saves';
      /** Its reader has the heads of what goes out, which is not settled yet. */
      readonly intent: Omit<Intent, 'reader'>;
      readonly outgoing: OutgoingRequest;
      readonly session: string | undefined;
      /** Who asks, where the body says it: for our own reads alone. */
      readonly credentials: Headers;
      /** Whether it also writes to what no module maps. */
      readonly alsoUnmapped: boolean;
      readonly about?: Written;
    }
  | { readonly kind: 'harmless'; readonly outgoing: OutgoingRequest }
  | { readonly kind: 'unmapped'; readonly outgoing: OutgoingRequest; readonly about: Written }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Reads the body that was received as the CRM would. */
export function mediaOf(
  { mount, dialect, headers }: GuardedExchange,
  spool: Spool,
  { fieldBytes }: Pick<HttpContext, 'fieldBytes'>,
): MediaReading | Promise<MediaReading> {
  const { readMediaType, readsMixed } = dialect;
  const [{ assume }] = mount.definitions;
  const mediaTypes = mount.definitions.flatMap((one) => (isCollection(one) ? (one.mediaTypes ?? []) : []));
  return readMedia(headers, spool, { assume, mediaTypes, readMediaType, readsMixed, fieldBytes });
}

/** Holds a write whose body could be read. */
export async function holdBody(
  exchange: GuardedExchange,
  { body, mediaType }: Pick<Extract<MediaReading, { ok: true }>, 'body' | 'mediaType'>,
  spool: Spool,
  context: HttpContext,
): Promise<Held> {
  const { mount, dialect } = exchange;
  const doubt =
    entryFault(body, context.guardedNamesOf(mount)) ?? secondNaming(exchange, body) ?? routedElsewhere(body);
  if (doubt) return { kind: 'refused', problem: doubt };
  const reading = readingOf(exchange, body, context);
  if (reading.kind === 'refused') return reading;
  if (mount.definitions[0].verbatim) return holdVerbatim(exchange, spool, reading, body, context);
  const written =
    reading.kind !== 'unreadable' && reading.body
      ? writeBody(reading.body, mediaType, dialect.jsonEscapes)
      : undefined;
  return hold(exchange, reading, body, written, context);
}

/** Holds a write that has no body, and sends none. */
export function holdBodyless(exchange: GuardedExchange, context: HttpContext): Held {
  const bound = context.boundNamesOf(exchange.mount);
  const reading = exchange.dialect.read(headOf(exchange), exchange.mount, null, bound);
  return hold(exchange, reading, null, undefined, context);
}

function hold(
  exchange: GuardedExchange,
  reading: Reading,
  read: Body | null,
  written: WrittenBody | undefined,
  { nesting }: Pick<HttpContext, 'nesting'>,
): Held {
  const { method, target, headers, dialect } = exchange;
  if (reading.kind === 'unreadable')
    return refuse(reading.detail, reading.about && writtenAbout(reading.about, exchange));
  const path = pathOf(exchange) + target.query;
  const keepsCookies =
    !dialect.dropsCookies || (reading.kind === 'harmless' && reading.keepsCookies === true);
  const own = keepsCookies ? ownHeaders(exchange) : withoutCookies(ownHeaders(exchange));
  const typed: Headers = written ? [...own, ['content-type', written.contentType]] : own;
  const body = written?.content ?? null;
  const outgoing = asSent(exchange, { method, path, headers: typed, body });
  if (reading.kind === 'harmless') return { kind: 'harmless', outgoing };
  if (reading.kind === 'unmapped') {
    return { kind: 'unmapped', outgoing, about: writtenAbout(reading.about, exchange) };
  }
  if (sayTooMuch(reading.saves)) return refuse(TOO_MUCH);
  const nested = unfold(reading.saves, nesting);
  const below =
    read && nested.saves.length > reading.saves.length ? nestedCodesIn(treeOf(read), nesting) : [];
  const codes = [...reading.codes, ...below, ...codesOfHeaders(headers)];
  const identity = () => `${method} ${path}\n${written?.digest() ?? ''}`;
  const session = dialect.sessionOf(headOf(exchange), read);
  const credentials = credentialsIn(exchange, read);
  if (typeof credentials === 'string') return refuse(credentials);
  const intent = { ...nested, codes, identity, ...askerOf(exchange) };
  return {
    kind: 'saves',
    intent,
    outgoing,
    session,
    credentials,
    alsoUnmapped: reading.alsoUnmapped ?? false,
    ...(reading.about && { about: writtenAbout(reading.about, exchange) }),
  };
}

/** The client's own bytes and the headers that sign them, for CRMs that check a signature. */
async function holdVerbatim(
  exchange: GuardedExchange,
  spool: Spool,
  reading: Reading,
  body: Body,
  context: HttpContext,
): Promise<Held> {
  const bytes = await spool.read(0, spool.length);
  const fault = labelFault(exchange, body) ?? verbatimFault(body, bytes);
  if (fault) return refuse(`The body has to be sent on as it is, and cannot be: ${fault}.`);
  const held = hold(exchange, reading, body, writeBody(body, ''), context);
  if (held.kind === 'refused') return held;
  const kept = streamedHeaders(exchange).filter(
    ([name]) => !isOfOldBody(name) || SIGNED.has(name.toLowerCase()),
  );
  const { path } = held.outgoing;
  const content = spool.range(0, spool.length);
  const { method } = exchange;
  return { ...held, outgoing: asSent(exchange, { method, path, headers: kept, body: content }) };
}

/** The request as the client sent it: a POST that stands for another method says so again. */
function asSent({ isOverride, method }: Exchange, outgoing: OutgoingRequest): OutgoingRequest {
  if (!isOverride) return outgoing;
  return { ...outgoing, method: 'POST', headers: [...outgoing.headers, ['x-http-method-override', method]] };
}

function labelFault({ headers, dialect }: GuardedExchange, body: Body): string | undefined {
  const [text = ''] = valuesOf(headers, 'content-type');
  const type = (dialect.readMediaType ?? readMediaType)(text);
  if (body.kind === 'json' && !isJsonType(type?.essence ?? ''))
    return 'it is JSON, and its Content-Type says that it is a form';
  if (!['utf-8', undefined].includes(type?.charset))
    return 'its Content-Type names another charset than UTF-8';
  return headers.some(([name]) => name.toLowerCase() === 'content-encoding') ? 'it is compressed' : undefined;
}

/** Headers about a body that stay true where its bytes do. */
const SIGNED = new Set(['content-type', 'content-md5', 'digest', 'content-digest', 'repr-digest']);

function refuse(detail: string, written?: Written): Held {
  const lines = declaredLines(written?.declared ?? []);
  const block = lines.length === 0 ? '' : `\nmodules:\n${lines.join('\n')}`;
  return {
    kind: 'refused',
    problem: problem('request-unreadable', `${detail}${block}`, written && { written }),
  };
}
