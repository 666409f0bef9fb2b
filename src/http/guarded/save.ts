import type { Save } from '../../core/saving/save.ts';
import { UpstreamFault } from '../../core/saving/upstream-fault.ts';
import type { OutgoingRequest, Unjudged } from '../../core/verdict/cleared.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Countersigned, FollowUp, Pass, UpstreamAnswer } from '../../core/verdict/verdict.ts';
import type { Ending } from '../../gate/ending.ts';
import type { UpstreamResponse } from '../../ports.ts';
import { sendAnswer, sendProblem, streamAnswer } from '../answer/respond.ts';
import { upstreamProblem } from '../answer/upstream-problem.ts';
import { gather } from '../body/gather.ts';
import type { Spool } from '../body/spool.ts';
import { type Exchange, type GuardedExchange, withCaller } from '../request/exchange.ts';
import type { Porch } from '../request/porch.ts';
import { conditional, OUTDATED, rememberVersions } from '../request/versions.ts';
import { type Held, holdBody, holdBodyless } from './hold.ts';
import { passThrough } from './pass-through.ts';
import { asItCame, letsPass } from './shadow.ts';
import { unmappedWrite } from './unmapped-write.ts';

/** Reads a write, asks the gate about what it saves, forwards what is cleared, and settles before the answer leaves. */
export async function handleBody(sent: GuardedExchange, porch: Porch): Promise<void> {
  const exchange = await withCaller(sent, porch.callers);
  await porch.bodies.withBody(exchange.request, async (body) => {
    if (body.ok) {
      const held = await holdBody(exchange, body.spool, porch);
      await proceed(held, exchange, porch, body.spool);
      return;
    }
    // Once a part of it was read, it cannot go on as it came.
    const mode = exchange.request.readableDidRead ? 'enforce' : porch.mode;
    if (!letsPass(body.problem, exchange, { ...porch, mode })) return sendProblem(exchange, body.problem);
    await passThrough(exchange, porch.upstream);
  });
}

/** The same for a write that has no body. */
export async function handleBodyless(sent: GuardedExchange, porch: Porch): Promise<void> {
  const exchange = await withCaller(sent, porch.callers);
  exchange.request.resume();
  await proceed(holdBodyless(exchange), exchange, porch);
}

function proceed(
  held: Held,
  exchange: GuardedExchange,
  porch: Porch,
  spool?: Spool,
): Promise<void> | undefined {
  const refusal = refusalOf(held, exchange, porch);
  if (refusal && !letsPass(refusal, exchange, porch)) {
    sendProblem(exchange, refusal);
    return undefined;
  }
  if (held.kind === 'saves') return judge(held, exchange, porch);
  if (held.kind === 'refused') return admit(asItCame(exchange, spool), 'shadow', exchange, porch);
  return admit(held.outgoing, held.kind, exchange, porch);
}

/** Why what was held may not even be judged. */
function refusalOf(
  held: Held,
  { method }: Exchange,
  { unmappedWrites }: Pick<Porch, 'unmappedWrites'>,
): Problem | undefined {
  if (held.kind === 'refused') return held.problem;
  const isUnmapped = held.kind === 'unmapped' || (held.kind === 'saves' && held.alsoUnmapped);
  return isUnmapped && unmappedWrites === 'refuse' ? unmappedWrite(method) : undefined;
}

/** Sends on what nobody has to judge. */
async function admit(
  outgoing: OutgoingRequest,
  because: Unjudged,
  { response }: Exchange,
  { upstream, gate }: Porch,
): Promise<void> {
  await streamAnswer(response, await upstream.forward(gate.admit(outgoing, because)));
}

async function judge(
  held: Extract<Held, { kind: 'saves' }>,
  exchange: GuardedExchange,
  porch: Porch,
): Promise<void> {
  const { gate, upstream } = porch;
  const { door, dialect } = exchange;
  const [definition] = door.definitions;
  const { intent, outgoing, session } = held;
  const reader = rememberVersions(upstream.readerFor(outgoing.headers, session));
  const isGuarded = (save: Save) => porch.policy.rulesOf(save.module).length > 0;
  const rest = await gate.judge(intent, reader, (verdict, ending): Promise<Rest> => {
    if (verdict.kind === 'refused' || verdict.kind === 'handed-on') {
      if (verdict.kind === 'refused') sendProblem(exchange, verdict.problem);
      else sendAnswer(exchange.response, verdict.answer);
      return NOTHING_LEFT;
    }
    const isVersioned = definition.ifMatch && intent.saves.some(isGuarded);
    const request = isVersioned ? conditional(outgoing, intent.saves, reader) : outgoing;
    return request ? forward(request, verdict, ending, exchange, porch) : refuseOutdated(ending, exchange);
  });
  // The record's next save has its turn, and the caller soon his answer: nobody waits for a channel.
  const saved = await rest?.();
  if (!saved || saved.followUps.length === 0) return;
  const created = intent.saves.length === 1 ? dialect.createdIdOf?.(definition, saved.answer) : undefined;
  await gate.follow(saved.followUps, created, intent, reader);
}

/** A save that went through, with the codes that are to be sent now. */
type Saved = { readonly followUps: readonly FollowUp[]; readonly answer: UpstreamAnswer };

/** What is left to do when the turn is over: a client that reads slowly keeps nobody else from the record. */
type Rest = (() => Promise<Saved | undefined>) | undefined;

const NOTHING_LEFT = Promise.resolve(undefined);

async function refuseOutdated(ending: Ending, exchange: GuardedExchange): Promise<undefined> {
  const code = await ending.settle('notSaved');
  sendProblem(exchange, problem('request-unreadable', OUTDATED, { status: 412, ...(code && { code }) }));
}

async function forward(
  request: OutgoingRequest,
  verdict: Pass | Countersigned,
  ending: Ending,
  exchange: GuardedExchange,
  porch: Porch,
): Promise<Rest> {
  const { upstream, log } = porch;
  const { followUps } = verdict;
  const { response, origin, dialect } = exchange;
  const savedBy = (answer: UpstreamAnswer | undefined): Saved | undefined =>
    answer && dialect.outcomeOf(answer) === 'saved' ? { followUps, answer } : undefined;
  try {
    const answer = await upstream.forward(verdict.cleared(request));
    ending.answered(answer.status);
    if (verdict.kind === 'pass') {
      if (followUps.length === 0) return () => streamAnswer(response, answer);
      return async () => savedBy(await streamGathered(answer, exchange, porch));
    }
    const whole = await upstream.collect(answer);
    const fate = await ending.settle(dialect.outcomeOf(whole));
    sendAnswer(response, whole, { fate });
    return async () => savedBy(whole);
  } catch (fault) {
    if (!(fault instanceof UpstreamFault)) throw fault;
    log.warn({ err: fault, request: origin.requestId }, 'a save got no answer');
    const code = await ending.settle(fault.kind === 'unreached' ? 'notSaved' : 'unknown');
    sendProblem(exchange, upstreamProblem(fault, code));
    return undefined;
  }
}

/** Streams an answer on, and keeps it to find in it what was saved. */
async function streamGathered(
  answer: UpstreamResponse,
  { response, origin }: Exchange,
  { fieldBytes, log }: Porch,
): Promise<UpstreamAnswer | undefined> {
  const gathered = gather(answer, fieldBytes);
  try {
    await streamAnswer(response, gathered.answer);
  } finally {
    if (!gathered.whole())
      log.warn(
        { request: origin.requestId },
        'no code was sent after a save: its answer was cut or too large',
      );
  }
  return gathered.whole();
}
