import { expect, test } from 'vitest';
import { SLUGS, type Slug } from '../../src/contract.ts';
import { cutBeforeHeaders, hang, onSaves } from '../harness/answers.ts';
import { deliveryRule, PATIENCE } from '../harness/delivery.ts';
import { openPayslips, payslipRule } from '../harness/payslips.ts';
import type { Answered } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';
import { answersIn, CALLS, faultsBy } from './document.ts';

const collection = { dialect: 'rest', path: '/api/DeliveryNotes' } as const;
const openNotes = (more: object = {}) =>
  openWorld({ modules: { DeliveryNotes: { ...collection, ...more } } });

/** What is refused of the CRM's own traffic. The other slugs are those of the control API, which a test of its own shows. */
const REFUSALS: Partial<Readonly<Record<Slug, () => Promise<Answered>>>> = {
  async 'otp-binding-mismatch'() {
    const { rep, code } = await openWorld({ rules: [deliveryRule({ when: { changed: 'status' } })] });
    await rep.deliver();
    return rep.deliver(code(), { status: 'Lost' });
  },
  async 'otp-ambiguous'() {
    const { rep, code } = await openWorld();
    await rep.deliver();
    return rep.deliver(code(), { OTPRULES_OTP_7: '000000' });
  },
  async 'otp-create-refused'() {
    const { rep } = await openWorld({ rules: [deliveryRule({ onCreate: 'refuse' })] });
    return rep.call('POST', '/api/DeliveryNotes', { status: 'Delivered', email: 'ann@example.com' });
  },
  async 'unknown-field'() {
    const { rep } = await openNotes({ knownFields: ['status'] });
    return rep.deliver(undefined, { other: 1 });
  },
  async 'undeclared-nesting'() {
    const { rep } = await openNotes();
    return rep.deliver(undefined, { items: [{ id: 1 }] });
  },
  async 'unmapped-write'() {
    const { rep } = await openWorld();
    return rep.call('DELETE', '/api/Users/1');
  },
  async 'unmapped-read'() {
    const { rep } = await openPayslips({ rules: [payslipRule({ on: ['read'] })] });
    return rep.call('GET', '/api/payslips');
  },
  async 'upstream-unavailable'() {
    const { rep, code, crm } = await openWorld();
    await rep.deliver();
    crm.answerWith(onSaves(cutBeforeHeaders));
    return rep.deliver(code());
  },
  async 'upstream-timeout'() {
    const { rep, code, crm } = await openWorld({ upstream: { timeout: PATIENCE } });
    await rep.deliver();
    crm.answerWith(onSaves(hang));
    return rep.deliver(code());
  },
};

test.each(
  Object.entries(REFUSALS),
)('a running gateway refuses a request with %s as the document says', async (slug, provoke) => {
  const { result, text } = await provoke();
  expect(result).toBe(slug);
  expect(faultsBy('Problem', JSON.parse(text))).toEqual([]);
});

test('each slug is answered so, by the control API or to a request of the CRM', () => {
  const ofCalls = CALLS.flatMap(answersIn).flatMap((answer) => answer.split(' ')[2] ?? []);
  expect([...new Set([...Object.keys(REFUSALS), ...ofCalls])].sort()).toEqual([...SLUGS].sort());
});
