import { isList, isObject, textOf } from '../../core/wire/json.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import type { Answered } from '../../gate/calls.ts';
import type { Done } from '../../gate/challenge.ts';
import { sendJson, sendProblem, sendText } from '../answer/respond.ts';
import type { Exchange } from '../request/exchange.ts';
import { hasOnly } from './control-body.ts';
import { type CallHandler, refuseUnknown, refuseUnread, sendRow } from './control-call.ts';
import { sendWithheld, withheldStatus } from './withheld.ts';

/** Records of one call. Source: Vtiger's "Send OTP" takes twenty. */
const MAX_RECORDS = 20;

/** What the ledger says of a rule and a record; with `?wait=25` when it changes, or after so many seconds. */
export const showStanding: CallHandler = async (call, { gate }) => {
  const { exchange, rule, record, viewer } = call;
  const waitMs = waitIn(exchange.target.query);
  if (waitMs === undefined)
    return refuseUnread(call, `"wait" is a number of seconds, ${LONGEST_WAIT} at most, once.`);
  const { signal: left, forget } = hangUpOf(exchange);
  try {
    await sendRow(call, await gate.standing({ rule, record, ...viewer, waitMs, left }), 200);
  } finally {
    forget();
  }
};

/**
 * Aborted when the caller has hung up, or has closed their half of the connection: the two look alike until something is written. Whoever
 * only said that no more will come is answered at once.
 */
function hangUpOf({ request: { socket }, response }: Exchange): { signal: AbortSignal; forget(): void } {
  const hungUp = new AbortController();
  const stop = () => hungUp.abort();
  if (socket.readableEnded) stop();
  socket.once('end', stop);
  response.once('close', stop);
  return { signal: hungUp.signal, forget: () => void socket.off('end', stop) };
}

const LONGEST_WAIT = 60;

/** How long to wait, in milliseconds; undefined where that cannot be read. */
function waitIn(query: string): number | undefined {
  const [given = '0', ...others] = new URLSearchParams(query).getAll('wait');
  const isRead = others.length === 0 && /^\d{1,2}$/.test(given) && Number(given) <= LONGEST_WAIT;
  return isRead ? Number(given) * 1000 : undefined;
}

/** Sends or resends a code; `{ "values": { … } }` binds it to values. */
export const sendOne: CallHandler = async (call, { gate }) => {
  const { rule, record, body, viewer } = call;
  const values = body.get('values');
  if (body.size > 0 && !(hasOnly(body, 'values') && isObject(values))) {
    return refuseUnread(
      call,
      'The body is {"values": {…}} with the fields that the code shall confirm, or empty.',
    );
  }
  const request = { rule, record, ...viewer, values: isObject(values) ? values : undefined };
  await sendRow(call, await gate.challenge(request), 201);
};

/** Takes back what is out. It says the same where nothing is. */
export const withdrawOne: CallHandler = async (call, { gate }) => {
  const { exchange, rule, record, viewer, dialect } = call;
  const answer = await gate.withdraw({ rule, record, ...viewer });
  if (answer.kind === 'refused') return sendProblem(exchange, answer);
  if (answer.kind === 'handed-on') return sendWithheld(exchange, answer, dialect);
  sendText(exchange.response, exchange.origin.requestId, 204);
};

/** Sends a code for each of several records, and tells of each what became of it. */
export const sendMany: CallHandler = async (call, { gate, policy }) => {
  const { exchange, rule, body, dialect, viewer } = call;
  const list = body.get('records');
  const records = isList(list) ? list.map((record) => textOf(record) ?? '') : [];
  if (!hasOnly(body, 'records') || records.length === 0 || records.includes(''))
    return refuseUnread(call, 'The body is {"records": [ … ]} with the ids of the records.');
  if (records.length > MAX_RECORDS)
    return refuseUnread(
      call,
      `One call is for ${MAX_RECORDS} records at most, and these are ${records.length}. No code was sent.`,
    );
  if (new Set(records).size < records.length)
    return refuseUnread(call, 'Name each record once. No code was sent.');
  if (!policy.ruleNamed(rule)) return refuseUnknown(call);
  const answers = await gate.challengeMany({ rule, ...viewer }, records);
  const results = answers.map(({ record, answer }) => resultOf(record, answer, dialect));
  sendJson(exchange.response, exchange.origin.requestId, 200, { results });
  for (const { answer } of answers) if (answer.kind === 'done') await answer.after?.();
};

/** One record's line: a row, and the status that the call for this record alone would have had. */
function resultOf(record: string, answer: Answered<Done>, dialect: Dialect | undefined): object {
  switch (answer.kind) {
    case 'done':
      return { ...answer.row, status: 201 };
    case 'handed-on':
      return { record, result: 'withheld', status: withheldStatus(answer.answer, dialect) };
    case 'refused': {
      const { slug, status, detail, rules, fields, retryAfterSeconds } = answer.problem;
      const waits = retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds };
      return { ...rules[0], record, result: slug, status, detail, ...(fields && { fields }), ...waits };
    }
  }
}
