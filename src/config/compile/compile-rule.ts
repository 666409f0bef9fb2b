import { type Criteria, compileCriteria } from '../../core/criteria/criteria.ts';
import type { Address, Rule, Wording } from '../../core/rule/rule.ts';
import { placeOf } from '../../core/rule/stored-address.ts';
import { NOTICE_PLACES, readTemplate, type Template } from '../../core/rule/template.ts';
import { sanitise } from '../../core/wire/parameter.ts';
import type { Decoded } from '../schema/schema.ts';
import { languagesOf, textIn, withLinks } from '../schema/texts.ts';

/** A rule as it is configured, defaults filled in. */
export type DecodedRule = Decoded['rules'][number];

/**
 * The rule as the gate uses it, in the mode that is left of its own and that of the whole, for a module whose records are told or
 * hidden. Its criteria and texts were checked when it was decoded.
 */
export function compileRule(decoded: DecodedRule, mode: Rule['mode'], hides: boolean): Rule {
  const { code, send } = decoded;
  return {
    id: decoded.id ?? sanitise(decoded.name),
    name: decoded.name,
    module: decoded.module,
    on: new Set(decoded.on),
    // A create shows nothing that is stored.
    onCreate: decoded.on.includes('read') ? 'allow' : decoded.onCreate,
    appliesTo: criteriaOf(decoded.name, decoded.appliesTo),
    when: criteriaOf(decoded.name, decoded.when),
    code: {
      type: code.type,
      length: code.length,
      validForMs: code.validFor,
      maxAttempts: code.maxAttempts,
      resetAttemptsAfterMs: code.resetAttemptsAfter,
      resend: code.resend,
      maxResends: code.maxResends,
      resetResendsAfterMs: code.resetResendsAfter,
      cooldownMs: code.cooldown,
    },
    send: {
      auto: send.auto,
      when: criteriaOf(decoded.name, send.when),
      to: send.to.map(({ channel, address }) => ({ channel, address: addressOf(address) })),
      wordings: wordingsOf(decoded),
      languageField: send.language?.field,
      verbatim: send.verbatim,
    },
    recipientChange: decoded.recipientChange,
    binds: decoded.binds,
    confirm: decoded.confirm,
    ...(decoded.override && { override: overrideOf(decoded.name, decoded.override) }),
    caller: decoded.caller,
    standsGuard: false,
    asksElsewhere: false,
    hides,
    mode,
    ...(decoded.grant && { grant: { idleMs: decoded.grant.idle, absoluteMs: decoded.grant.absolute } }),
  };
}

function overrideOf(
  name: string,
  { by, reason, perDay, tell }: NonNullable<DecodedRule['override']>,
): NonNullable<Rule['override']> {
  const notBy = criteriaOf(name, { '!': [by] });
  return { by: criteriaOf(name, by), notBy, reasonLetters: reason, perDay, tell };
}

function addressOf(address: DecodedRule['send']['to'][number]['address']): Address {
  const { member: field, pointer: fieldAt } = placeOf(typeof address === 'string' ? address : address.field);
  if (typeof address === 'string') return { kind: 'own', field, fieldAt };
  const { member: via, pointer: viaAt } = placeOf(address.via);
  return { kind: 'related', via, viaAt, module: address.module, field, fieldAt, reverse: address.reverse };
}

function criteriaOf(name: string, source: unknown): Criteria {
  const reading = compileCriteria(source);
  if (!reading.ok) throw new TypeError(`criteria of ${name} were not checked`);
  return reading.criteria;
}

/** The texts by language, the default's first. */
function wordingsOf({ send, confirm, override }: DecodedRule): Rule['send']['wordings'] {
  const { subject, language } = send;
  const { message, changeMessage } = confirm === 'page' ? withLinks(send) : send;
  const wordingIn = (tag: string | undefined): Wording => ({
    language: tag,
    message: templateOf(textIn(message, tag)),
    subject: templateOf(textIn(subject, tag)),
    changeMessage: templateOf(textIn(changeMessage, tag)),
    ...(override && { overrideMessage: templateOf(textIn(send.overrideMessage, tag), NOTICE_PLACES) }),
  });
  const others = languagesOf(send).filter((tag) => tag !== language?.default);
  return [wordingIn(language?.default), ...others.map(wordingIn)];
}

function templateOf(text: string, places?: readonly string[]): Template {
  const reading = readTemplate(text, places);
  if (!reading.ok) throw new TypeError(`a text was not checked: ${reading.message}`);
  return reading.template;
}
