import { compileCriteria } from '../../src/core/criteria/criteria.ts';
import type { Facts } from '../../src/core/criteria/facts.ts';
import type { Rule, Wording } from '../../src/core/rule/rule.ts';
import { readTemplate, type Template } from '../../src/core/rule/template.ts';
import type { Save } from '../../src/core/saving/save.ts';
import { type JsonObject, jsonOf } from '../../src/core/wire/json.ts';

export function templateOf(text: string): Template {
  const reading = readTemplate(text);
  if (!reading.ok) throw new Error(reading.message);
  return reading.template;
}

export function criteriaOf(source: unknown) {
  const reading = compileCriteria(source);
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  return reading.criteria;
}

export const aWording: Wording = {
  message: templateOf('{{code}} confirms that {{record.subject}} was delivered.'),
  subject: templateOf('Your code for {{rule.name}}'),
  changeMessage: templateOf('{{code}} confirms a new address.'),
};

export const aRule: Rule = {
  id: '7',
  name: 'Delivery Confirmation OTP',
  module: 'DeliveryNotes',
  on: new Set(['update']),
  onCreate: 'refuse',
  appliesTo: criteriaOf(true),
  when: criteriaOf({ changed_to: ['status', 'Delivered'] }),
  code: {
    type: 'numeric',
    length: 6,
    validForMs: 300_000,
    maxAttempts: 3,
    resetAttemptsAfterMs: 900_000,
    resend: 'new',
    maxResends: 3,
    resetResendsAfterMs: 3_600_000,
    cooldownMs: 30_000,
  },
  send: {
    auto: true,
    when: criteriaOf(false),
    to: [
      { channel: 'sms', address: { kind: 'own', field: 'phone' } },
      { channel: 'email', address: { kind: 'own', field: 'email' } },
      { channel: 'voice', address: { kind: 'own', field: 'phone' } },
    ],
    wordings: [aWording],
    verbatim: [],
  },
  recipientChange: 'guard',
  binds: 'change',
  confirm: 'code',
  caller: false,
  standsGuard: false,
  asksElsewhere: false,
  hides: false,
  mode: 'enforce',
};

export const objectOf = (fields: object): JsonObject => jsonOf(fields) as JsonObject;

export function update(fields: object, change: Partial<Save> = {}): Save {
  return { module: 'DeliveryNotes', operation: 'update', id: '45', fields: objectOf(fields), ...change };
}

export function factsOf(fields: object, before: object | null, change: Partial<Facts> = {}): Facts {
  return {
    save: update(fields, before === null ? { operation: 'create', id: null } : {}),
    before: before === null ? null : objectOf(before),
    caller: { ip: '192.0.2.1', user: 'rep', role: 'rep', claims: new Map() },
    request: { method: 'PUT', path: '/api/DeliveryNotes/45' },
    now: 1_700_000_000_000,
    ...change,
  };
}
