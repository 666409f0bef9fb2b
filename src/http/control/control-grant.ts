import { sendJson, sendProblem, sendText } from '../answer/respond.ts';
import { hasOnly } from './control-body.ts';
import { type CallHandler, refuseUnread } from './control-call.ts';
import { sendWithheld } from './withheld.ts';

/** Turns a code into a grant; `{ "code": … }`. */
export const openGrant: CallHandler = async (call, { gate }) => {
  const { exchange, rule, record, body, viewer } = call;
  const { response, origin } = exchange;
  const code = body.get('code');
  if (!hasOnly(body, 'code') || code === undefined)
    return refuseUnread(call, 'The body is {"code": "…"} with the code that the customer was sent.');
  const answer = await gate.grant({ rule, record, ...viewer, code });
  if (answer.kind === 'refused') return sendProblem(exchange, answer);
  if (answer.kind === 'handed-on') return sendWithheld(exchange, answer, call.dialect);
  const { token, endsAt, idleMs, record: id } = answer;
  const expiry = { expires_at: new Date(endsAt).toISOString(), idle_seconds: Math.floor(idleMs / 1000) };
  const told = { token, ...expiry, ...(id === undefined ? {} : { record: id }) };
  sendJson(response, origin.requestId, 201, told, 'verified');
};

/** Ends the grant of the header. One that is gone counts as ended. */
export const endGrant: CallHandler = async (call, { gate }) => {
  const { exchange, viewer } = call;
  if (viewer.grant === undefined)
    return refuseUnread(call, 'The header OTPRULES-Grant has the token of the grant, once.');
  await gate.endGrant(viewer.grant, viewer);
  sendText(exchange.response, exchange.origin.requestId, 204);
};
