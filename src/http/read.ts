import type { Door, ModuleDefinition, RestModule } from '../core/door.ts';
import { type Headers, withoutCookies } from '../core/headers.ts';
import { codesOfHeader } from '../core/parameter.ts';
import { type Problem, problem } from '../core/problem.ts';
import type { Route } from '../core/route.ts';
import type { Intent } from '../core/save.ts';
import type { UpstreamAnswer } from '../core/verdict.ts';
import { dialectOf } from '../dialects/all.ts';
import type { RecordReader } from '../ports.ts';
import { callerOf, type Exchange, grantIn, ownHeaders, principalOf } from './exchange.ts';
import { pathOf } from './hold.ts';
import type { Porch } from './porch.ts';
import { sendAnswer, sendProblem, streamAnswer } from './respond.ts';
import { unmappedRead } from './unmapped-read.ts';

/** A read on a module's path: it passes, unless a rule guards reads of the module's records. */
export async function handleRead(
  exchange: Exchange,
  { door, passthrough }: Extract<Route, { kind: 'guarded' }>,
  porch: Porch,
): Promise<void> {
  const [definition] = door.definitions;
  exchange.request.resume();
  if (
    !guardsReads(definition, porch) ||
    definition.dialect !== 'rest' ||
    exchange.method === 'OPTIONS' ||
    passthrough
  )
    return passOn(exchange, door, porch);
  const [segment, ...below] = door.segments;
  if (segment === undefined && definition.lists === 'allow') return passOn(exchange, door, porch);
  const refusal = placeFault(segment, below, definition, exchange.target.query);
  if (refusal) return refuse(exchange, refusal);
  return judge(exchange, door, decodeURIComponent(segment ?? ''), porch);
}

/** Rails and its kind take `/payslips.json` for `/payslips`, OData has `/payslips(1)`. */
const ENDING = /^[^a-z0-9_/-]/;

/** Whether a path that is no module's could show records whose reads are guarded: their collection's, with an ending. */
export function mayShowGuarded({ target }: Exchange, porch: Porch): boolean {
  return [...porch.modules.values()]
    .filter((definition) => guardsReads(definition, porch))
    .map(({ path }) => path.toLowerCase())
    .some((path) =>
      target.readings.some((reading) => reading.startsWith(path) && ENDING.test(reading.slice(path.length))),
    );
}

function guardsReads({ name }: ModuleDefinition, { policy }: Porch): boolean {
  return policy.rulesOf(name).some(({ on }) => on.has('read'));
}

/** It goes on without a body: some servers take one for a save, whatever the method says. */
async function passOn(exchange: Exchange, door: Door, porch: Porch): Promise<void> {
  const path = pathOf(door) + exchange.target.query;
  const own = ownHeaders(exchange);
  const headers = dialectOf(door.definitions[0]).dropsCookies ? withoutCookies(own) : own;
  const outgoing = { method: exchange.method, path, headers, body: null };
  await streamAnswer(exchange.response, await porch.upstream.forward(outgoing, porch.gate.admitRead()));
}

/** Why the path is not that of one record, or the read not that of all of it and nothing else. */
function placeFault(
  segment: string | undefined,
  below: readonly string[],
  { ids }: RestModule,
  query: string,
): Problem | undefined {
  if (segment === undefined) return unmappedRead('list');
  if (below.length > 0) return unmappedRead('below');
  if (ids === 'numbered' && !/\d/.test(segment)) return unmappedRead('place');
  if (query === '') return undefined;
  const detail = 'A record whose reads are guarded is read without a query, which could add other records.';
  return problem('request-unreadable', detail);
}

/** Shows the very answer that was judged, so that nothing can change in between. */
async function judge(exchange: Exchange, door: Door, id: string, porch: Porch): Promise<void> {
  const { method, target, headers, origin, response } = exchange;
  const { gate, upstream } = porch;
  const [{ name }] = door.definitions;
  const intent: Intent = {
    saves: [{ module: name, operation: 'read', id, fields: new Map() }],
    codes: headers.flatMap(([name, value]) => codesOfHeader(name, value)),
    grant: grantIn(headers),
    identity: `read ${pathOf(door)}`,
    caller: callerOf(exchange),
    principal: principalOf(exchange),
    request: { id: origin.requestId, method, path: target.path },
  };
  const reader = rememberAnswer(upstream.readerFor(ownHeaders(exchange), undefined), name);
  await gate.judge(intent, reader, async (verdict) => {
    if (verdict.kind === 'refused') return refuse(exchange, verdict.problem);
    if (verdict.kind === 'handed-on') return sendAnswer(response, verdict.answer);
    const answer = reader.answer();
    if (!answer) return passOn(exchange, door, porch);
    const fate = await gate.settle(verdict, 'saved', intent);
    const shown = { ...answer, headers: notStored(answer.headers) };
    sendAnswer(response, shown, verdict.kind === 'countersigned' ? { fate } : undefined);
  });
}

type AnswerReader = RecordReader & { answer(): UpstreamAnswer | undefined };

/** A reader that can tell from which answer it read the record; what it reads of other modules are addresses. */
function rememberAnswer(reader: RecordReader, name: string): AnswerReader {
  let shown: UpstreamAnswer | undefined;
  return {
    async read(other, id) {
      const answer = await reader.read(other, id);
      if (answer.kind === 'found' && other === name) shown = answer.answer;
      return answer;
    },
    answer: () => shown,
  };
}

/** What was opened for one caller is kept by no cache on the way. */
function notStored(headers: Headers): Headers {
  const kept = headers.filter(
    ([name]) => !['cache-control', 'expires', 'pragma'].includes(name.toLowerCase()),
  );
  return [...kept, ['cache-control', 'no-store']];
}

function refuse({ response, origin }: Exchange, refusal: Problem): void {
  sendProblem(response, origin.requestId, refusal);
}
