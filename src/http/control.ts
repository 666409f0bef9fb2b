import { treeOf } from '../core/body.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import { type Problem, problem } from '../core/problem.ts';
import { CONTROL_PREFIX } from '../core/route.ts';
import { dialectOf } from '../dialects/all.ts';
import type { ChallengeAnswer, ChallengeRequest } from '../gate/challenge.ts';
import { callerOf, type Exchange, ownHeaders, principalOf } from './exchange.ts';
import { headFault } from './head-fault.ts';
import { headOf } from './hold.ts';
import type { Porch } from './porch.ts';
import { readMedia } from './read-media.ts';
import { sendAnswer, sendJson, sendProblem } from './respond.ts';
import type { Spool } from './spool.ts';

const RECORD = new RegExp(`^${CONTROL_PREFIX}/rules/([^/]+)/records/([^/]+)(/code)?$`);

/** The control API: sending a code by hand, and the standing of a rule and record. Authorised by the CRM, which has to show the record. */
export async function handleControl(exchange: Exchange, porch: Porch): Promise<void> {
  const { method, target, request } = exchange;
  const refuse = (refusal: Problem) => sendProblem(exchange.response, exchange.origin.requestId, refusal);
  const match = target.plain ? RECORD.exec(target.path) : null;
  if (!match) {
    request.resume();
    return refuse(problem('not-found', `There is no ${CONTROL_PREFIX} call with this path.`));
  }
  const [, rule = '', record = '', action] = match;
  const wanted = action ? 'POST' : 'GET';
  if (method !== wanted) {
    request.resume();
    return refuse(problem('not-found', `This call is a ${wanted}.`, { status: 405 }));
  }
  const about = { rule: decodeURIComponent(rule), record: decodeURIComponent(record) };
  const session = sessionOf(about.rule, exchange, porch);
  const context = {
    caller: callerOf(exchange),
    principal: principalOf(exchange),
    request: { id: exchange.origin.requestId, method, path: target.path },
  };
  const reader = porch.upstream.readerFor(ownHeaders(exchange), session);
  if (!action) {
    request.resume();
    const answer = await porch.gate.standing({ ...about, ...context, values: undefined }, reader);
    return send(exchange, answer, 200);
  }
  await porch.bodies.withBody(request, async (body) => {
    if (!body.ok) return refuse(body.problem);
    const values = await readValues(exchange, body.spool, porch.fieldBytes);
    if (!values.ok) return refuse(values.problem);
    const order: ChallengeRequest = { ...about, ...context, values: values.values };
    send(exchange, await porch.gate.challenge(order, reader), 201);
  });
}

/** The caller's session, which stands in the address where the CRM has it in no header. */
function sessionOf(rule: string, exchange: Exchange, { policy, modules }: Porch): string | undefined {
  const definition = modules.get(policy.ruleNamed(rule)?.module ?? '');
  return definition && dialectOf(definition).sessionOf(headOf(exchange), null);
}

type ValuesReading =
  | { readonly ok: true; readonly values: JsonObject | undefined }
  | { readonly ok: false; readonly problem: Problem };

/** `{ "values": { … } }`, or nothing. */
async function readValues({ headers }: Exchange, spool: Spool, fieldBytes: number): Promise<ValuesReading> {
  if (spool.length === 0) return { ok: true, values: undefined };
  const fault = headFault(headers);
  if (fault) return { ok: false, problem: fault };
  const reading = await readMedia(headers, spool, { assume: undefined, fieldBytes });
  if (!reading.ok) return reading;
  const body = treeOf(reading.body);
  const values = isObject(body) ? body.get('values') : undefined;
  if (
    !isObject(body) ||
    (values !== undefined && !isObject(values)) ||
    body.size > (values === undefined ? 0 : 1)
  ) {
    const detail = 'The body is {"values": {…}} with the fields that the code shall confirm, or empty.';
    return { ok: false, problem: problem('request-unreadable', detail) };
  }
  return { ok: true, values };
}

function send({ response, origin }: Exchange, answer: ChallengeAnswer, status: number): void {
  if (answer.kind === 'refused') sendProblem(response, origin.requestId, answer.problem);
  else if (answer.kind === 'handed-on') sendAnswer(response, answer.answer);
  else sendJson(response, origin.requestId, status, answer.row, answer.row.result);
}
