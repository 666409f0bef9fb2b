import type { Policy } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import { type CollectionModule, isCollection, type ModuleDefinition } from '../../core/saving/module.ts';
import type { Described } from '../../core/saving/mount.ts';
import { idOfRead } from '../../core/saving/operation.ts';
import type { Save } from '../../core/saving/save.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { type Headers, withoutCookies } from '../../core/wire/headers.ts';
import { codesOfHeaders } from '../../core/wire/parameter.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Intent } from '../../ports/intent.ts';
import { refuseOr } from '../answer/refuse.ts';
import { sendAnswer, sendProblem } from '../answer/respond.ts';
import { askerOf } from '../request/asker.ts';
import { type GuardedExchange, ownHeaders, pathOf, queryBesides, withCaller } from '../request/exchange.ts';
import { type HttpContext, upstreamFor } from '../request/http-context.ts';
import { forward } from './forward.ts';
import { passOptions } from './options.ts';
import { unmappedRead } from './unmapped.ts';

/** A read on a module's path: it passes, unless a rule guards reads of the module's records. */
export async function handleRead(
  exchange: GuardedExchange,
  passthrough: boolean,
  context: HttpContext,
): Promise<void> {
  const { definitions, segments, described } = exchange.mount;
  const [definition] = definitions;
  exchange.request.resume();
  const mode = readModeAt(exchange, context);
  const goOn = () => passOn(exchange, context);
  if (exchange.method === 'OPTIONS') return handleOptions(exchange, passthrough ? undefined : mode, context);
  if (mode === undefined || !isCollection(definition) || passthrough) return goOn();
  if (described) return handleDescribed(exchange, described, mode, context);
  const [segment, ...below] = segments;
  if (segment === undefined && definition.lists === 'allow') return goOn();
  const refusal = placeFault(segment, below, definition, exchange.target.query);
  if (refusal) return refuseOr(refusal, exchange, { mode }, context, goOn);
  const known = await withCaller(exchange, context.callers);
  return judge(known, decodeURIComponent(segment ?? ''), mode, context);
}

/** What may be done at the path is told of every record, but where nobody may learn which there are. */
function handleOptions(
  exchange: GuardedExchange,
  mode: Rule['mode'] | undefined,
  context: HttpContext,
): Promise<void> {
  const { definitions, segments } = exchange.mount;
  const goOn = () => passOptions(bodylessOf(exchange), exchange, mode === 'enforce', context);
  if (mode === undefined || segments.length === 0 || !isHidden(definitions[0], context)) return goOn();
  return refuseOr(unmappedRead('below'), exchange, { mode }, context, goOn);
}

/** A read by an operation: it lists records, shows one, or shows nothing of them. */
async function handleDescribed(
  exchange: GuardedExchange,
  [operation]: readonly Described[],
  mode: Rule['mode'],
  context: HttpContext,
): Promise<void> {
  const goOn = () => passOn(exchange, context);
  const act = operation?.act;
  if (act?.kind === 'harmless' || (act?.kind === 'lists' && operation?.definition.lists === 'allow'))
    return goOn();
  if (!operation || act?.kind !== 'read')
    return refuseOr(unmappedRead(act ? 'list' : 'below'), exchange, { mode }, context, goOn);
  if (!saysOnlyWhoAsks(operation.restOfQuery, operation.definition))
    return refuseOr(queried(), exchange, { mode }, context, goOn);
  const known = await withCaller(exchange, context.callers);
  return judge(known, idOfRead(operation, act), mode, context);
}

/** Whether a read within a batch may go on: what a rule guards is shown by itself only, since the very answer that was judged is what is shown. */
export function isFreeRead(exchange: GuardedExchange, passthrough: boolean, context: HttpContext): boolean {
  const { definitions, segments, described } = exchange.mount;
  const [definition] = definitions;
  if (passthrough || !isCollection(definition) || readModeAt(exchange, context) !== 'enforce') return true;
  const act = described?.[0]?.act;
  if (described) return act?.kind === 'harmless' || (act?.kind === 'lists' && definition.lists === 'allow');
  return segments.length === 0 && definition.lists === 'allow';
}

/** How reads are guarded of the records that a write's method lists, where it does; undefined where they are not. */
export function guardedList(exchange: GuardedExchange, context: HttpContext): Rule['mode'] | undefined {
  const lists = exchange.mount.described?.some(
    ({ act, definition }) => act.kind === 'lists' && definition.lists !== 'allow',
  );
  return lists ? readModeAt(exchange, context) : undefined;
}

/** The strictest way in which reads of the records of the mount's modules are guarded. */
function readModeAt({ mount }: GuardedExchange, { policy }: HttpContext): Rule['mode'] | undefined {
  return strictest(mount.definitions.flatMap((definition) => readModeOf(definition, policy) ?? []));
}

/** The strictest of the modes; undefined where there is none. */
export function strictest(modes: readonly Rule['mode'][]): Rule['mode'] | undefined {
  return modes.includes('enforce') ? 'enforce' : modes[0];
}

/** Whether nobody may learn which records the module has: then even what may be done with one is an answer about it. */
function isHidden({ name }: ModuleDefinition, { policy }: HttpContext): boolean {
  return policy.hidingRulesOf(name).length > 0;
}

/** How reads of the module's records are guarded: by the strictest of the rules about them, or not at all. */
export function readModeOf({ name }: ModuleDefinition, policy: Policy): Rule['mode'] | undefined {
  const aboutReads = policy.rulesOf(name).filter(({ on }) => on.has('read'));
  return strictest(aboutReads.map(({ mode }) => mode));
}

/** It goes on without a body: some servers take one for a save, whatever the method says. */
function bodylessOf(exchange: GuardedExchange): OutgoingRequest {
  const { dialect, target, method } = exchange;
  const own = ownHeaders(exchange);
  const headers = dialect.dropsCookies ? withoutCookies(own) : own;
  return { method, path: pathOf(exchange) + target.query, headers, body: null };
}

function passOn(exchange: GuardedExchange, context: HttpContext): Promise<void> {
  const cleared = context.gate.admit(bodylessOf(exchange), 'read');
  return forward(cleared, exchange, upstreamFor(exchange, context));
}

/** Why the path is not that of one record, or the read not that of all of it and nothing else. */
function placeFault(
  segment: string | undefined,
  below: readonly string[],
  definition: CollectionModule,
  query: string,
): Problem | undefined {
  if (segment === undefined) return unmappedRead('list');
  if (below.length > 0) return unmappedRead('below');
  if (definition.ids === 'numbered' && !/\d/.test(segment)) return unmappedRead('place');
  return saysOnlyWhoAsks(query, definition) ? undefined : queried();
}

/** Whether a query says nothing, or who asks by names that the module declares. */
function saysOnlyWhoAsks(query: string, { credentialQuery = [] }: ModuleDefinition): boolean {
  return query === '' || readQuery(query).every(([name]) => credentialQuery.includes(name));
}

function queried(): Problem {
  const detail =
    'A record whose reads are guarded is read without a query, which could add other records. What only says who asks is named in "credentialQuery" of the module.';
  return problem('request-unreadable', detail);
}

/** Asks the gate about the read of one record. */
function judge(
  exchange: GuardedExchange,
  id: string,
  mode: Rule['mode'],
  context: HttpContext,
): Promise<void> {
  const [{ name }] = exchange.mount.definitions;
  const read: Save = { module: name, operation: 'read', id, fields: new Map() };
  // A described one is asked for with the caller's headers, by which the CRM may choose another record, as with a save.
  const query = showsOtherwise(exchange) ? queryBesides(exchange) : exchange.target.query || undefined;
  const intent: Intent = {
    saves: [read],
    codes: codesOfHeaders(exchange.headers),
    ...askerOf(exchange),
    reader: upstreamFor(exchange, context).readerFor(ownHeaders(exchange), undefined, query),
    identity: () => `read ${pathOf(exchange)}`,
  };
  return context.gate.inSpan(intent, () => show(read, intent, exchange, mode, context));
}

/** Whether the record is shown by a described operation, which has an address of its own. */
function showsOtherwise({ mount }: GuardedExchange): boolean {
  return mount.described !== undefined;
}

/** Shows the very answer that was judged, so that nothing can change in between. In shadow mode the read goes on as it came. */
async function show(
  read: Save,
  intent: Intent,
  exchange: GuardedExchange,
  mode: Rule['mode'],
  context: HttpContext,
): Promise<void> {
  const upstream = upstreamFor(exchange, context);
  await using turn = await context.gate.judge(intent);
  const { verdict } = turn;
  const { response } = exchange;
  if (verdict.kind === 'refused') return sendProblem(exchange, verdict);
  if (verdict.kind === 'handed-on') return sendAnswer(response, verdict.answer);
  const isOther = showsOtherwise(exchange);
  const judged = isOther ? undefined : turn.recordOf(read)?.answer;
  if (mode === 'shadow' || (!judged && !isOther))
    return forward(verdict.cleared(bodylessOf(exchange)), exchange, upstream, turn.answered);
  const answer =
    judged ?? (await upstream.collect(await upstream.forward(verdict.cleared(bodylessOf(exchange)))));
  turn.answered(answer.status);
  const fate = await turn.settle(judged ? 'saved' : exchange.dialect.outcomeOf(answer));
  const shown = { ...answer, headers: notStored(answer.headers) };
  sendAnswer(response, shown, verdict.kind === 'countersigned' ? { fate } : undefined);
}

/**
 * What was opened for one caller is kept by no cache on the way. Some have a header of their own, which goes before `Cache-Control`:
 * `CDN-Cache-Control` (RFC 9213), `Surrogate-Control`, and nginx's `X-Accel-Expires`.
 */
const OF_CACHES = /cache-control$|^(?:surrogate|edge)-control$|^(?:x-accel-)?expires$|^pragma$/i;

function notStored(headers: Headers): Headers {
  const kept = headers.filter(([name]) => !OF_CACHES.test(name));
  return [...kept, ['cache-control', 'no-store']];
}
