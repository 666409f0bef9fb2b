import { describe, expect, test } from 'vitest';
import { openPayslips, PAYSLIPS, payslipRule } from '../harness/payslips.ts';

const P1 = `${PAYSLIPS}/p1`;
const HEADER = 'OTPRULES-OTP-9';

/** A gateway behind a proxy that says who asks. */
const open = (changes: Parameters<typeof payslipRule>[0]) =>
  openPayslips({
    callers: [{ header: 'X-User', from: 'trustedProxies' }],
    trustedProxies: ['127.0.0.1'],
    rules: [payslipRule({ on: ['read'], ...changes })],
  });

const as = (user: string, code?: string) => ({ 'X-User': user, ...(code && { [HEADER]: code }) });

describe('a guarded read', () => {
  test('is free for a caller to whom the rule does not apply', async () => {
    const { rep } = await open({ appliesTo: { '!=': [{ var: 'caller.user' }, 'payroll'] } });
    expect((await rep.call('GET', P1, undefined, as('payroll'))).status).toBe(200);
    expect((await rep.call('GET', P1, undefined, as('rep'))).status).toBe(428);
    expect((await rep.call('GET', P1)).status).toBe(428);
  });

  test('is opened by a code of its own caller, and by nobody else with it', async () => {
    const { rep, code } = await open({ caller: true });
    expect((await rep.call('GET', P1, undefined, as('ann'))).status).toBe(428);
    const other = await rep.call('GET', P1, undefined, as('bob', code()));
    expect([other.status, other.result]).toEqual([403, 'otp-binding-mismatch']);
    const nameless = await rep.call('GET', P1, undefined, { [HEADER]: code() });
    expect(nameless.result).toBe('otp-binding-mismatch');
    expect((await rep.call('GET', P1, undefined, as('ann', code()))).status).toBe(200);
  });
});
