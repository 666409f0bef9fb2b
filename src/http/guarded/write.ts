import type { Outcome } from '../../core/ledger/spending.ts';
import { isEnforced } from '../../core/rule/policy.ts';
import type { Save } from '../../core/saving/save.ts';
import { faultAfterAsking } from '../../core/saving/upstream-fault.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Passing, UpstreamAnswer } from '../../core/verdict/verdict.ts';
import type { Turn } from '../../gate/turn.ts';
import type { Intent } from '../../ports/intent.ts';
import type { UpstreamResponse } from '../../ports.ts';
import { refuseOr } from '../answer/refuse.ts';
import { sendAnswer, sendProblem, sendUnanswered, streamAnswer } from '../answer/respond.ts';
import { gather } from '../body/gather.ts';
import type { Spool } from '../body/spool.ts';
import {
  type Exchange,
  type GuardedExchange,
  queryBesides,
  withBody,
  withCaller,
} from '../request/exchange.ts';
import { type HttpContext, upstreamFor } from '../request/http-context.ts';
import type { Terms } from '../request/terms.ts';
import { conditional, OUTDATED, warnOfWeak } from '../request/versions.ts';
import { asItCame } from './as-it-came.ts';
import { forward } from './forward.ts';
import { type Held, holdBody, holdBodyless, mediaOf } from './hold.ts';
import { otherMeaning } from './other-meaning.ts';
import { passThrough } from './pass-through.ts';
import { unmappedWrite } from './unmapped.ts';

const LARGE_BYTES = 256 * 1024;

/** Reads a write, asks the gate about what it saves, forwards what is cleared, and settles before the answer leaves. */
export async function handleBody(sent: GuardedExchange, terms: Terms, context: HttpContext): Promise<void> {
  const exchange = await withCaller(sent, context.callers);
  await using body = await context.bodies.read(exchange.request, exchange.origin);
  if (body.ok) return await handleSpool(exchange, body.spool, terms, context);
  // Once a part of it was read, it cannot go on as it came.
  const mode = exchange.request.readableDidRead ? 'enforce' : terms.mode;
  await refuseOr(body.problem, exchange, { mode }, context, () =>
    passThrough(exchange, upstreamFor(exchange, context), context),
  );
}

async function handleSpool(
  exchange: GuardedExchange,
  spool: Spool,
  terms: Terms,
  context: HttpContext,
): Promise<void> {
  const media = await mediaOf(exchange, spool, context);
  if (!media.ok) return proceed({ kind: 'refused', problem: media.problem }, exchange, terms, context, spool);
  const whole = withBody(exchange, media.body);
  const held = await holdBody(whole, media, spool, context);
  // To read it took its time: others have their turn before it is judged.
  if (spool.length > LARGE_BYTES) await new Promise(setImmediate);
  await proceed(held, whole, terms, context, spool);
}

/** The same for a write that has no body. */
export async function handleBodyless(
  sent: GuardedExchange,
  terms: Terms,
  context: HttpContext,
): Promise<void> {
  const exchange = await withCaller(sent, context.callers);
  exchange.request.resume();
  await proceed(holdBodyless(exchange, context), exchange, terms, context);
}

async function proceed(
  held: Held,
  exchange: GuardedExchange,
  terms: Terms,
  context: HttpContext,
  spool?: Spool,
): Promise<void> {
  const { gate } = context;
  const goOn = () => {
    if (held.kind === 'saves') return gate.inSpan(held.intent, () => save(held, exchange, context));
    const cleared =
      held.kind === 'refused'
        ? gate.admit(asItCame(exchange, spool), 'shadow')
        : gate.admit(held.outgoing, held.kind);
    return forward(cleared, exchange, upstreamFor(exchange, context));
  };
  const refusal = refusalOf(held, exchange, terms, context);
  if (refusal) return refuseOr(refusal, exchange, terms, context, goOn);
  const other = exchange.body && otherMeaning(exchange, terms, context);
  return other ? refuseOr(other.problem, exchange, { mode: other.mode }, context, goOn) : goOn();
}

/** Why what was held may not even be judged. */
function refusalOf(
  held: Held,
  exchange: Exchange,
  { unmappedWrites }: Terms,
  context: HttpContext,
): Problem | undefined {
  if (held.kind === 'refused') return held.problem;
  const isUnmapped = held.kind === 'unmapped' || (held.kind === 'saves' && held.alsoUnmapped);
  return isUnmapped && unmappedWrites === 'refuse' ? unmappedWrite(exchange, context, held.about) : undefined;
}

/** The walk of a guarded save: judged in its turn, forwarded, settled, answered; then its record's next save has its turn. */
async function save(
  held: Extract<Held, { kind: 'saves' }>,
  exchange: GuardedExchange,
  context: HttpContext,
): Promise<void> {
  const { gate, policy } = context;
  const [definition] = exchange.mount.definitions;
  const { outgoing, session } = held;
  const heads = [...outgoing.headers, ...held.credentials];
  const reader = upstreamFor(exchange, context).readerFor(heads, session, queryBesides(exchange));
  const intent: Intent = { ...held.intent, reader };
  await using turn = await gate.judge(intent);
  const { verdict } = turn;
  if (verdict.kind === 'refused') return sendProblem(exchange, verdict);
  if (verdict.kind === 'handed-on') return sendAnswer(exchange.response, verdict.answer);
  const [first] = intent.saves;
  const isGuarded = (one: Save) => policy.rulesOf(one.module).some(isEnforced);
  const isVersioned = definition.ifMatch && intent.saves.some(isGuarded);
  if (isVersioned && first) warnOfWeak(definition, turn.recordOf(first), context);
  const request = isVersioned ? conditional(outgoing, intent.saves, turn.recordOf) : outgoing;
  if (!request) {
    const outdated = problem('request-unreadable', OUTDATED, { status: 412 });
    return sendProblem(exchange, await turn.refuse(outdated));
  }
  const answer = await answerTo(request, verdict, turn, exchange, context);
  // A client that reads slowly keeps nobody else from the record, and nobody waits for a channel.
  turn.release();
  if (!answer) return;
  const whole = answer.isSent ? answer.whole : await stream(answer.streamed, turn, exchange, context);
  if (!turn.hasFollowUps || !whole || outcomeOf(whole, exchange, context) !== 'saved') return;
  await turn.follow(
    intent.saves.length === 1 ? exchange.dialect.createdIdOf?.(definition, whole) : undefined,
  );
}

/** What the dialect makes of the answer. Where it fails, nobody knows whether it was saved, and the code is held. */
function outcomeOf(
  whole: UpstreamAnswer,
  { dialect, origin, mount }: GuardedExchange,
  { log }: HttpContext,
): Outcome {
  try {
    return dialect.outcomeOf(whole, mount);
  } catch (err) {
    log.error({ err, request: origin.requestId }, 'what an answer of the CRM means could not be found out');
    return 'unknown';
  }
}

/** An answer of the CRM: sent, or still to be streamed. */
type CrmAnswer =
  | { readonly isSent: true; readonly whole: UpstreamAnswer }
  | { readonly isSent: false; readonly streamed: UpstreamResponse };

/** Forwards the save. Where it spends codes, its answer is read to its end, the codes are settled, and it is sent. Undefined where there is none. */
async function answerTo(
  request: OutgoingRequest,
  verdict: Passing,
  turn: Turn,
  exchange: GuardedExchange,
  context: HttpContext,
): Promise<CrmAnswer | undefined> {
  const { log } = context;
  const upstream = upstreamFor(exchange, context);
  try {
    const streamed = await upstream.forward(verdict.cleared(request));
    turn.answered(streamed.status);
    if (verdict.kind === 'pass') return { isSent: false, streamed };
    const whole = await upstream.collect(streamed);
    const fate = await turn.settle(outcomeOf(whole, exchange, context));
    sendAnswer(exchange.response, whole, { fate });
    return { isSent: true, whole };
  } catch (cause) {
    const fault = faultAfterAsking(cause);
    log.warn({ err: fault, request: exchange.origin.requestId }, 'a save got no answer');
    const code = await turn.settle(fault.kind === 'unreached' ? 'notSaved' : 'unknown');
    sendUnanswered(exchange, fault, code);
    return undefined;
  }
}

/** Streams an answer on, and, where codes are to be sent for the save, keeps it to find in it what was saved. */
async function stream(
  answer: UpstreamResponse,
  turn: Turn,
  { response, origin }: Exchange,
  { fieldBytes, log }: HttpContext,
): Promise<UpstreamAnswer | undefined> {
  const gathered = turn.hasFollowUps ? gather(answer, fieldBytes) : undefined;
  try {
    await streamAnswer(response, gathered?.answer ?? answer);
  } catch (cause) {
    throw faultAfterAsking(cause);
  } finally {
    if (gathered && !gathered.whole())
      log.warn(
        { request: origin.requestId },
        'no code was sent after a save: its answer was cut or too large',
      );
  }
  return gathered?.whole();
}
