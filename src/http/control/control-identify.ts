import { isCollection } from '../../core/saving/module.ts';
import { problem } from '../../core/verdict/problem.ts';
import { textOf } from '../../core/wire/json.ts';
import type { LookedUp } from '../../gate/identify.ts';
import type { LookupAnswer } from '../../ports.ts';
import { ownHeaders } from '../request/exchange.ts';
import { hasOnly } from './control-body.ts';
import { type CallHandler, refuseUnknown, refuseUnread, sendRow } from './control-call.ts';
import { sendWithheld } from './withheld.ts';

/** What a person says about themselves: an employee number, an id. */
const VALUE = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/**
 * Whom a lookup names, where nobody may learn it: with nobody at hand, several, or a refusal of this one, it names nobody. What the
 * CRM says of the caller (401) or of itself is no answer to that.
 */
function namedBy(found: LookupAnswer): LookedUp {
  switch (found.kind) {
    case 'found':
      return { kind: 'told', record: found.id };
    case 'none':
      return NOBODY;
    case 'withheld':
      return found.answer.status === 401 ? { kind: 'handed-on', answer: found.answer } : NOBODY;
    case 'unavailable': {
      const { status = 0 } = found;
      const isAboutValue = status >= 400 && status < 500 && status !== 408 && status !== 429;
      return isAboutValue ? NOBODY : { kind: 'refused', problem: UNASKED };
    }
  }
}

const NOBODY: LookedUp = { kind: 'told', record: undefined };
const UNASKED = problem(
  'record-unavailable',
  'The CRM could not be asked for the record; no code was sent.',
  { retryAfterSeconds: 5 },
);

/** Finds the record by a value that a person supplies, with the caller's own credentials, and sends its owner a code. */
export const identify: CallHandler = async (call, { gate, policy, modules, upstreamOf }) => {
  const { exchange, rule: alias, body, viewer } = call;
  const rule = policy.ruleNamed(alias);
  if (!rule) return refuseUnknown(call);
  const definition = modules.get(rule.module);
  if (!definition || !isCollection(definition) || !definition.lookup) {
    const detail = `Records of ${rule.module} cannot be looked up: the module has no "lookup".`;
    return call.refuse(problem('not-found', detail));
  }
  if (rule.hides && !rule.grant) {
    const detail = `The rule "${rule.name}" gives no grants, and records of ${rule.module} are shown with a grant only.`;
    return call.refuse(problem('not-found', detail));
  }
  const value = textOf(body.get('value'))?.trim() ?? '';
  if (!hasOnly(body, 'value') || !VALUE.test(value))
    return refuseUnread(call, 'The body is {"value": "…"} with what the record is to be found by.');
  const lookUp = () => upstreamOf(definition.upstream).lookUp(definition, value, ownHeaders(exchange));
  if (rule.hides) {
    const find = async () => namedBy(await lookUp());
    return sendRow(call, await gate.identify({ ...viewer, rule, value, find }), 201);
  }
  const found = await lookUp();
  switch (found.kind) {
    case 'found': {
      const request = { rule: alias, record: found.id, ...viewer, values: undefined };
      return sendRow(call, await gate.challenge(request), 201);
    }
    case 'none': {
      const detail = 'No record, or more than one, is found by this value; no code was sent.';
      return call.refuse(problem('record-not-found', detail));
    }
    case 'withheld':
      return sendWithheld(
        exchange,
        await gate.handOn({ kind: 'handed-on', answer: found.answer }, viewer, alias),
        call.dialect,
      );
    case 'unavailable':
      return call.refuse(UNASKED);
  }
};
