import { expect, it } from 'vitest';
import { policyOf } from '../../src/core/rule/policy.ts';
import { addressFieldsOf, addressGuardsOf, aliasesOf, boundFieldsOf } from '../../src/core/rule/rule.ts';
import { aRule } from './a-rule.ts';

const other = { ...aRule, id: 'payslip-9', name: '!!', module: 'Payslips' };
const policy = policyOf([aRule, other]);

it.each([
  ['7', aRule],
  ['deliveryconfirmationotp', aRule],
  ['DeliveryConfirmationOTP', aRule],
  ['payslip9', other],
  ['PaySlip9', other],
  ['', undefined],
  ['77', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
])('the rule named %j', (alias, rule) => {
  expect(policy.ruleNamed(alias)).toBe(rule);
});

it('rules are found by the module that the configuration names', () => {
  expect(policy.rulesOf('DeliveryNotes')).toEqual([aRule]);
  expect(policy.rulesOf('deliverynotes')).toEqual([]);
  expect(policy.rulesOf('constructor')).toEqual([]);
});

it('a rule is addressed by its id and its sanitised name', () => {
  expect(aliasesOf(aRule)).toEqual(['7', 'deliveryconfirmationotp']);
  expect(aliasesOf({ id: 'A-1', name: 'a 1' })).toEqual(['a1']);
  expect(aliasesOf(other)).toEqual(['payslip9']);
});

it('the customer confirms what the criteria read, the message shows and the code travels to', () => {
  expect(addressFieldsOf(aRule)).toEqual(['phone', 'email']);
  expect(boundFieldsOf(aRule)).toEqual(['status', 'subject', 'phone', 'email']);
});

it('a rule that lets addresses change stands guard over none elsewhere', () => {
  const address = { kind: 'related', via: 'contact_id', module: 'Contacts', field: 'phone' } as const;
  const related = { ...aRule, send: { ...aRule.send, to: [{ channel: 'sms', address }] } };
  expect(addressGuardsOf(related).map((guard) => guard.module)).toEqual(['Contacts']);
  expect(addressGuardsOf({ ...related, recipientChange: 'allow' })).toEqual([]);
});

it('rules that stand guard over addresses stand in the order of the configuration', () => {
  const address = { kind: 'related', via: 'contact_id', module: 'Contacts', field: 'phone' } as const;
  const first = { ...aRule, id: '1', send: { ...aRule.send, to: [{ channel: 'sms', address }] } };
  const second = { ...aRule, id: '2', module: 'Contacts' };
  expect(
    policyOf([first, second])
      .rulesOf('Contacts')
      .map(({ id }) => id),
  ).toEqual(['1', '2']);
  expect(
    policyOf([second, first])
      .rulesOf('Contacts')
      .map(({ id }) => id),
  ).toEqual(['2', '1']);
});
