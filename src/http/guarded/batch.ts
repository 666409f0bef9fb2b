import type { Problem } from '../../core/verdict/problem.ts';
import { type Body, withoutCodes } from '../../core/wire/body.ts';
import { withoutBody } from '../../core/wire/headers.ts';
import { isObject, type Json } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import { codesOfHeaders, type PresentedCode } from '../../core/wire/parameter.ts';
import { readTarget } from '../../core/wire/target.ts';
import type { Call, Reading } from '../../dialects/dialect.ts';
import {
  NOTHING,
  type PartialReading,
  readingOf as readingOfFinding,
  together,
  UNMAPPED,
  unmappedAbout,
  unreadable,
} from '../../dialects/parts.ts';
import { credentialsIn } from '../request/credentials.ts';
import {
  atMount,
  type Exchange,
  type GuardedExchange,
  headOf,
  pathOf,
  withBody,
} from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { carriesMutation } from '../request/mutation-in-query.ts';
import { guardedBehind, guardedBeside, writeBehind } from './beside.ts';
import { callHeadFault } from './call-head.ts';
import { callFault } from './called-by-header.ts';
import { doubtAbout } from './doubt.ts';
import { otherMeaning } from './other-meaning.ts';
import { guardedList, isFreeRead } from './read.ts';
import { referringField } from './references.ts';
import { secondNaming } from './second-naming.ts';
import { unknownWrite } from './unknown-write.ts';
import { unmappedFault, unmappedRead } from './unmapped.ts';

/** Why a request is refused in other words than that it could not be read. */
type RefusedCall = { readonly kind: 'refused'; readonly problem: Problem };

/** One that its call's number is told of. */
type CallReading = PartialReading | RefusedCall;

type SentCall = Extract<Call, { kind: 'call' }>;

/** A request by itself has some thousands; each letter of an address costs more than one of a body. */
const MOST_LETTERS = 200_000;

/**
 * What a write says: what it saves itself, or where it is a batch, what each of its requests saves. Each of these is read by the same steps
 * as a request that comes by itself, and what would be refused by itself refuses the whole.
 */
export function readingOf(
  exchange: GuardedExchange,
  body: Body,
  context: HttpContext,
): Reading | RefusedCall {
  const { dialect, mount } = exchange;
  const batch = dialect.callsIn?.(headOf(exchange), mount, body);
  if (!batch) return dialect.read(headOf(exchange), mount, body, context.boundNamesOf(mount));
  if (batch.kind === 'unreadable') return batch;
  const letters = batch.calls.reduce((sum, call) => sum + (call.kind === 'call' ? call.path.length : 0), 0);
  if (letters > MOST_LETTERS)
    return unreadable(`The addresses of a batch have ${MOST_LETTERS} letters at most.`);
  const findings: PartialReading[] = [];
  const codes: PresentedCode[] = [...batch.codes];
  for (const [index, call] of batch.calls.entries()) {
    const one = findingOf(call, exchange, codes, context);
    const nameOf = (detail: string) => `Call ${index + 1}: ${detail}`;
    if (one.kind === 'refused')
      return { ...one, problem: { ...one.problem, detail: nameOf(one.problem.detail) } };
    if (one.kind === 'unreadable') return { ...one, detail: nameOf(one.detail) };
    findings.push(one);
  }
  return readingOfFinding(together(findings), codes, withoutCodes(body));
}

/** What one request of a batch saves. Codes that belong to no record of it are added to `others`. */
function findingOf(
  call: Call,
  batch: GuardedExchange,
  others: PresentedCode[],
  context: HttpContext,
): CallReading {
  if (call.kind === 'unreadable') return call;
  const target = readTarget(call.path, undefined);
  if (!target) return unreadable('Its address is a path of this host.');
  const { method } = call;
  const asks = isSafe(method);
  const exchange: Exchange = { ...batch, method, isOverride: false, target, headers: headersOf(call, batch) };
  const route = context.routes.routeOf(target, method);
  if (route.kind === 'control' || route.kind === 'odd')
    return unreadable('Write its path plainly, without encodings, dots or doubled slashes.');
  const within = route.kind === 'other' ? [] : route.mount.definitions;
  const strange = callHeadFault(call.headers, [...batch.mount.definitions, ...within]);
  if (strange !== undefined) return unreadable(strange);
  const upstream = route.kind === 'other' ? route.upstream : route.mount.definitions[0].upstream;
  if (upstream !== batch.mount.definitions[0].upstream)
    return unreadable('It goes to another CRM than the batch.');
  if (asks && !isEmptyBody(call.body)) return unreadable(`A ${method} has no body.`);
  if (route.kind === 'other') {
    if (route.passthrough) return NOTHING;
    const fault = guardedBeside(exchange, context)
      ? unmappedRead('beside')
      : (unmappedFault(exchange, context, context) ?? writeBehind(exchange, context));
    return fault ? { kind: 'refused', problem: fault } : NOTHING;
  }
  const inner = withBody(atMount(exchange, route), { kind: 'json', value: call.body });
  const other = otherMeaning(inner, { mode: 'enforce' }, context);
  if (other?.mode === 'enforce' && !(asks && route.passthrough))
    return { kind: 'refused', problem: other.problem };
  const called = callFault(inner);
  if (called) return { kind: 'refused', problem: called };
  return asks
    ? findingOfRead(inner, route.passthrough, context)
    : findingOfWrite(call, inner, route.passthrough, others, context);
}

function findingOfRead(exchange: GuardedExchange, passthrough: boolean, context: HttpContext): CallReading {
  const { dialect, mount, target } = exchange;
  const action = dialect.recognise(headOf(exchange), mount);
  if (carriesMutation(target.query) || (action !== 'read' && action !== 'unmapped-read'))
    return passthrough ? NOTHING : { kind: 'refused', problem: unknownWrite(exchange, true, context) };
  const doubt = doubtAbout(exchange, true, context);
  if (doubt) return { kind: 'refused', problem: doubt };
  if (action === 'unmapped-read' && !passthrough && context.unmappedReads === 'refuse')
    return { kind: 'refused', problem: unmappedRead('unnamed') };
  if (!passthrough && guardedBehind(exchange, context) === 'enforce')
    return { kind: 'refused', problem: unmappedRead('beside') };
  return isFreeRead(exchange, passthrough, context)
    ? NOTHING
    : unreadable('Read a record whose reads are guarded by itself, and not in a batch.');
}

function findingOfWrite(
  call: SentCall,
  exchange: GuardedExchange,
  passthrough: boolean,
  others: PresentedCode[],
  context: HttpContext,
): CallReading {
  const { dialect, mount, target } = exchange;
  const head = headOf(exchange);
  const body: Body = { kind: 'json', value: call.body };
  if (dialect.callsIn?.(head, mount, body))
    return unreadable('It is a batch itself. Send its requests in this one.');
  const action = dialect.recognise(head, mount);
  if (action === 'unknown')
    return passthrough ? NOTHING : { kind: 'refused', problem: unknownWrite(exchange, false, context) };
  // By itself it would be sent on in the module's own spelling; here it goes as it is.
  if (pathOf(exchange) !== target.path) return unreadable(`Write its path as "${pathOf(exchange)}".`);
  const doubt = doubtAbout(exchange, false, context) ?? secondNaming(exchange, body);
  if (doubt) return { kind: 'refused', problem: doubt };
  if (guardedList(exchange, context)) return { kind: 'refused', problem: unmappedRead('list') };
  const isBodyless = action === 'bodyless';
  if (isBodyless && !isEmptyBody(call.body)) return unreadable(`A ${call.method} here has no body.`);
  const credentials = credentialsIn(exchange, body);
  if (typeof credentials === 'string' || credentials.length > 0)
    return unreadable('Send credentials with the batch, and with none of its requests.');
  const bound = context.boundNamesOf(mount);
  const reading = dialect.read(head, mount, isBodyless ? null : body, bound);
  switch (reading.kind) {
    case 'unreadable':
      return reading;
    case 'harmless':
      return NOTHING;
    case 'unmapped':
      return reading.about ? unmappedAbout(reading.about) : UNMAPPED;
    case 'saves': {
      const field = reading.saves.flatMap((save) => referringField(save, bound) ?? []).at(0);
      if (field !== undefined)
        return unreadable(`Write the value of "${field}"; what it refers to is not known yet.`);
      const codes = [...reading.codes, ...codesOfHeaders(call.headers)];
      const isOf = (id: string | null) => (code: PresentedCode) =>
        code.record === undefined || code.record === id;
      const ids = new Set(reading.saves.map(({ id }) => id));
      others.push(...codes.filter(({ record }) => record !== undefined && !ids.has(record)));
      const parts = reading.saves.map((save) => ({ save, codes: codes.filter(isOf(save.id)) }));
      const { alsoUnmapped: unmapped = false, about } = reading;
      return { kind: 'found', parts, unmapped, ...(about && { about }) };
    }
  }
}

/** What clients send where there is nothing to say. */
function isEmptyBody(body: Json): boolean {
  return body === null || (isObject(body) && body.size === 0);
}

/** A request of a batch has the headers of the batch, and its own; its body is JSON. */
function headersOf({ headers, body }: SentCall, batch: GuardedExchange): Exchange['headers'] {
  const length = isEmptyBody(body) ? '0' : '2';
  return [
    ...withoutBody(batch.headers),
    ...withoutBody(headers),
    ['content-type', 'application/json'],
    ['content-length', length],
  ];
}
