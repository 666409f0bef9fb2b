import type { Body } from '../core/body.ts';
import { withoutBody } from '../core/headers.ts';
import { codesOfHeader } from '../core/parameter.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { Intent, PresentedCode, Save } from '../core/save.ts';
import { verbatimFault } from '../core/verbatim.ts';
import { dialectOf } from '../dialects/all.ts';
import type { Door } from '../dialects/dialect.ts';
import type { OutgoingRequest } from '../ports.ts';
import { entryFault } from './entry-fault.ts';
import { callerOf, type Exchange, ownHeaders, streamedHeaders } from './exchange.ts';
import type { Porch } from './porch.ts';
import { readMedia } from './read-media.ts';
import type { Spool } from './spool.ts';
import { type WrittenBody, writeBody } from './write-body.ts';

/** A request that saves, read as the CRM would read it, and what would be sent for it. */
export type Held = { readonly intent: Intent; readonly outgoing: OutgoingRequest };

export type Holding =
  | { readonly ok: true; readonly held: Held }
  | { readonly ok: false; readonly problem: Problem };

/** Reads a request that saves. What is judged and what would be sent are made from one tree. */
export async function holdSave(exchange: Exchange, door: Door, spool: Spool, porch: Porch): Promise<Holding> {
  const { definition } = door;
  const dialect = dialectOf(definition);
  const media = await readMedia(exchange.headers, spool, {
    assume: definition.assume,
    fieldBytes: porch.fieldBytes,
  });
  if (!media.ok) return media;
  const names = [...dialect.controlNames(definition), ...porch.policy.guardedFieldsOf(definition.name)];
  const doubt = entryFault(media.body, names);
  if (doubt) return { ok: false, problem: doubt };
  const reading = dialect.read(exchange.method, door, media.body);
  if (!reading.ok) return { ok: false, problem: problem('request-unreadable', reading.detail) };
  const { saves, codes, body } = reading;
  if (!definition.verbatim)
    return { ok: true, held: hold(exchange, door, saves, codes, writeBody(body, media.mediaType)) };
  return holdVerbatim(exchange, door, spool, saves, codes, media.body);
}

/** The same for a request that deletes: it has no body, and none is sent. */
export function holdDelete(exchange: Exchange, door: Door): Held {
  return hold(exchange, door, [dialectOf(door.definition).readDelete(door)], [], undefined);
}

function hold(
  exchange: Exchange,
  door: Door,
  saves: readonly Save[],
  inBody: readonly PresentedCode[],
  body: WrittenBody | undefined,
): Held {
  const { method, target, headers, origin } = exchange;
  const path = pathOf(door) + target.query;
  const own = ownHeaders(exchange);
  const typed = body ? [...own, ['content-type', body.contentType] as const] : own;
  const codes = [...inBody, ...headers.flatMap(([name, value]) => codesOfHeader(name, value))];
  const request = { id: origin.requestId, method, path: target.path };
  return {
    outgoing: { method, path, body: body?.content ?? null, headers: typed },
    intent: {
      saves,
      codes,
      identity: `${method} ${path}\n${body?.digest ?? ''}`,
      caller: callerOf(exchange),
      request,
    },
  };
}

/** The client's own bytes and the headers that sign them, for CRMs that check a signature. */
async function holdVerbatim(
  exchange: Exchange,
  door: Door,
  spool: Spool,
  saves: readonly Save[],
  codes: readonly PresentedCode[],
  body: Body,
): Promise<Holding> {
  const bytes = await spool.read(0, spool.length);
  const isCoded = exchange.headers.some(([name]) => name.toLowerCase() === 'content-encoding');
  const fault =
    codes.length > 0
      ? 'it holds a code, which belongs in a header here'
      : isCoded
        ? 'it is compressed'
        : verbatimFault(body, bytes);
  if (fault)
    return {
      ok: false,
      problem: problem('request-unreadable', `The body has to be sent on as it is, and cannot be: ${fault}.`),
    };
  const judged = hold(exchange, door, saves, [], writeBody(body, ''));
  const kept = streamedHeaders(exchange).filter(
    ([name]) => withoutBody([[name, '']]).length > 0 || SIGNED.has(name.toLowerCase()),
  );
  const outgoing = { ...judged.outgoing, headers: kept, body: spool.range(0, spool.length) };
  return { ok: true, held: { ...judged, outgoing } };
}

/** Headers about a body that stay true where its bytes do. */
const SIGNED = new Set(['content-type', 'content-md5', 'digest', 'content-digest', 'repr-digest']);

/** The path as it is sent: the module's own spelling and the client's segments. */
export function pathOf({ definition, segments }: Door): string {
  return [definition.path, ...segments].join('/');
}
