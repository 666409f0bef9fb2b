import { textOf } from '../core/json.ts';
import { problem } from '../core/problem.ts';
import type { LookupAnswer } from '../ports.ts';
import { hasOnly } from './control-body.ts';
import { type Answer, refuse, sendRow, sendUnknown } from './control-code.ts';
import { ownHeaders } from './exchange.ts';
import { sendAnswer, sendProblem } from './respond.ts';

/** What a person says of himself: an employee number, an id. */
const VALUE = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/**
 * Whether the CRM's answer is about the value: with it a record, none or several, or a refusal of this one. What is about the
 * caller (401) or about the CRM is no answer to that.
 */
function isTold(found: LookupAnswer): boolean {
  if (found.kind === 'withheld') return found.answer.status !== 401;
  if (found.kind !== 'unavailable') return true;
  const { status = 0 } = found;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

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
  if (rule.hides && !rule.grant) {
    const detail = `The rule "${rule.name}" gives no grants, and records of ${rule.module} are shown with a grant only.`;
    return sendProblem(response, origin.requestId, problem('not-found', detail));
  }
  const value = textOf(body.get('value'))?.trim() ?? '';
  if (!hasOnly(body, 'value') || !VALUE.test(value))
    return refuse(order, 'The body is {"value": "…"} with what the record is to be found by.');
  const found = await upstream.lookUp(definition, value, ownHeaders(exchange));
  if (rule.hides && isTold(found)) {
    const record = found.kind === 'found' ? found.id : undefined;
    return sendRow(order, await gate.identify({ ...context, rule, value, record }, reader), 201);
  }
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
