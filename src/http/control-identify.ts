import { textOf } from '../core/json.ts';
import { problem } from '../core/problem.ts';
import { hasOnly } from './control-body.ts';
import { type Answer, refuse, sendRow, sendUnknown } from './control-code.ts';
import { ownHeaders } from './exchange.ts';
import { sendAnswer, sendProblem } from './respond.ts';

/** What a person says of himself: an employee number, an id. */
const VALUE = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/** Finds the record by what a person says of himself, with the caller's own credentials, and sends its owner a code. */
export const identify: Answer = async (order, { gate, policy, modules, upstream }) => {
  const { exchange, rule: alias, body, context, reader } = order;
  const { response, origin } = exchange;
  const rule = policy.ruleNamed(alias);
  if (!rule) return sendUnknown(order);
  const definition = modules.get(rule.module);
  if (definition?.dialect !== 'rest' || !definition.lookup) {
    const detail = `Records of ${rule.module} cannot be looked up: the module has no "lookup".`;
    return sendProblem(response, origin.requestId, problem('not-found', detail));
  }
  const value = textOf(body.get('value'))?.trim() ?? '';
  if (!hasOnly(body, 'value') || !VALUE.test(value))
    return refuse(order, 'The body is {"value": "…"} with what the record is to be found by.');
  const found = await upstream.lookUp(definition, value, ownHeaders(exchange));
  switch (found.kind) {
    case 'found': {
      const request = { rule: alias, record: found.id, ...context, values: undefined };
      return sendRow(order, await gate.challenge(request, reader), 201);
    }
    case 'none': {
      const detail = 'No record, or more than one, is found by this value; no code was sent.';
      return sendProblem(response, origin.requestId, problem('record-not-found', detail));
    }
    case 'withheld':
      return sendAnswer(response, found.answer);
    case 'unavailable': {
      const detail = 'The CRM could not be asked for the record; no code was sent.';
      return sendProblem(
        response,
        origin.requestId,
        problem('record-unavailable', detail, { retryAfterSeconds: 5 }),
      );
    }
  }
};
