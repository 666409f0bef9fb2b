import type { Policy } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import type { ModuleDefinition, RestModule } from '../../core/saving/door.ts';
import type { Intent } from '../../core/saving/save.ts';
import type { Cleared, OutgoingRequest } from '../../core/verdict/cleared.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { UpstreamAnswer } from '../../core/verdict/verdict.ts';
import { type Headers, withoutCookies } from '../../core/wire/headers.ts';
import { codesOfHeaders } from '../../core/wire/parameter.ts';
import type { Ending } from '../../gate/ending.ts';
import type { RecordReader } from '../../ports.ts';
import { sendAnswer, sendProblem, streamAnswer } from '../answer/respond.ts';
import { askerOf } from '../request/asker.ts';
import { type Exchange, type GuardedExchange, ownHeaders, pathOf, withCaller } from '../request/exchange.ts';
import type { GuardedRead, Porch } from '../request/porch.ts';
import { letsPass } from './shadow.ts';
import { unmappedRead } from './unmapped-read.ts';

/** A read on a module's path: it passes, unless a rule guards reads of the module's records. */
export async function handleRead(
  exchange: GuardedExchange,
  passthrough: boolean,
  porch: Porch,
): Promise<void> {
  const { definitions, segments } = exchange.door;
  const [definition] = definitions;
  exchange.request.resume();
  const mode = readModeOf(definition, porch.policy);
  if (mode === undefined || definition.dialect !== 'rest' || passthrough) return passOn(exchange, porch);
  const [segment, ...below] = segments;
  if (exchange.method === 'OPTIONS') {
    const hidden = unmappedRead('below');
    const isOpen = segment === undefined || !isHidden(definition, porch);
    const mayPass = isOpen || letsPass(hidden, exchange, { ...porch, mode });
    return mayPass ? passOn(exchange, porch) : sendProblem(exchange, hidden);
  }
  if (segment === undefined && definition.lists === 'allow') return passOn(exchange, porch);
  const refusal = placeFault(segment, below, definition, exchange.target.query);
  if (refusal) {
    return letsPass(refusal, exchange, { ...porch, mode })
      ? passOn(exchange, porch)
      : sendProblem(exchange, refusal);
  }
  const known = await withCaller(exchange, porch.callers);
  return judge(known, decodeURIComponent(segment ?? ''), mode, porch);
}

/** Whether nobody may learn which records the module has: then even what may be done with one is an answer about it. */
function isHidden({ name }: ModuleDefinition, { policy }: Porch): boolean {
  return policy.hidersOf(name).length > 0;
}

/** Rails and its kind take `/payslips.json` for `/payslips`, OData has `/payslips(1)`. */
const ENDING = /^[^a-z0-9_/-]/;

/**
 * Whether a path that is no module's could show records whose reads are guarded: their collection's, with an ending. Where they
 * are guarded in shadow mode only, that is logged, and it is open.
 */
export function mayShowGuarded(exchange: Exchange, porch: Porch): boolean {
  const { readings } = exchange.target;
  const modes = porch.guardedReads
    .filter(({ prefix }) =>
      readings.some((reading) => reading.startsWith(prefix) && ENDING.test(reading.slice(prefix.length))),
    )
    .map(({ mode }) => mode);
  const mode = modes.includes('enforce') ? 'enforce' : modes[0];
  return mode !== undefined && !letsPass(unmappedRead('beside'), exchange, { ...porch, mode });
}

/** The modules whose records' reads are guarded, found once: requests that are no module's are held against them alone. */
export function guardedReadsBy(policy: Policy, modules: readonly ModuleDefinition[]): readonly GuardedRead[] {
  return modules.flatMap((definition) => {
    const mode = readModeOf(definition, policy);
    return mode ? [{ prefix: definition.path.toLowerCase(), mode }] : [];
  });
}

/** How reads of the module's records are guarded: by the strictest of the rules about them, or not at all. */
function readModeOf({ name }: ModuleDefinition, policy: Policy): Rule['mode'] | undefined {
  const isAboutReads = ({ on }: Rule) => on.has('read');
  if (policy.rulesOf(name).some(isAboutReads)) return 'enforce';
  return policy.shadowRulesOf(name).some(isAboutReads) ? 'shadow' : undefined;
}

/** It goes on without a body: some servers take one for a save, whatever the method says. */
async function passOn(
  exchange: GuardedExchange,
  porch: Porch,
  cleared: (request: OutgoingRequest) => Cleared = (request) => porch.gate.admit(request, 'read'),
  ending?: Ending,
): Promise<void> {
  const { dialect, target } = exchange;
  const path = pathOf(exchange) + target.query;
  const own = ownHeaders(exchange);
  const headers = dialect.dropsCookies ? withoutCookies(own) : own;
  const outgoing = { method: exchange.method, path, headers, body: null };
  const answer = await porch.upstream.forward(cleared(outgoing));
  ending?.answered(answer.status);
  await streamAnswer(exchange.response, answer);
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

/** Shows the very answer that was judged, so that nothing can change in between. In shadow mode the read goes on as it came. */
async function judge(exchange: GuardedExchange, id: string, mode: Rule['mode'], porch: Porch): Promise<void> {
  const { door, headers, response } = exchange;
  const { gate, upstream } = porch;
  const [{ name }] = door.definitions;
  const intent: Intent = {
    saves: [{ module: name, operation: 'read', id, fields: new Map() }],
    codes: codesOfHeaders(headers),
    ...askerOf(exchange),
    identity: () => `read ${pathOf(exchange)}`,
  };
  const reader = rememberAnswer(upstream.readerFor(ownHeaders(exchange), undefined), name);
  await gate.judge(intent, reader, async (verdict, ending) => {
    if (verdict.kind === 'refused') return sendProblem(exchange, verdict.problem);
    if (verdict.kind === 'handed-on') return sendAnswer(response, verdict.answer);
    const answer = mode === 'shadow' ? undefined : reader.answer();
    if (!answer) return passOn(exchange, porch, verdict.cleared, ending);
    ending.answered(answer.status);
    const fate = await ending.settle('saved');
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
    vouchesFor: (other, id) => reader.vouchesFor(other, id),
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
