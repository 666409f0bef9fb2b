import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { openPayslips, PAYSLIPS, payslipRule } from '../harness/payslips.ts';

const P1 = `${PAYSLIPS}/p1`;

const IN_SHADOW: readonly (readonly [string, Partial<ConfigInput>])[] = [
  ['a rule in shadow mode', { rules: [payslipRule({ on: ['read'], mode: 'shadow' })] }],
  ['a gateway in shadow mode', { mode: 'shadow', rules: [payslipRule({ on: ['read'] })] }],
];

describe.each(IN_SHADOW)('reads under %s', (_what, options) => {
  test('of a guarded record are shown without a code, and none is sent', async () => {
    const { gateway, rep } = await openPayslips(options);
    const shown = await rep.call('GET', P1);
    expect([shown.status, shown.result, shown.json.net]).toEqual([200, null, '5210.40']);
    expect(shown.headers.get('cache-control')).not.toBe('no-store');
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('take a conditional request to the CRM as it came', async () => {
    const { crm, rep } = await openPayslips(options);
    await rep.call('GET', P1, undefined, { 'If-None-Match': '"v1"' });
    const last = crm.received.at(-1);
    expect(last?.headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`)).toContain(
      'if-none-match: "v1"',
    );
  });

  test.each([
    ['a list', PAYSLIPS],
    ['a list by another ending', `${PAYSLIPS}.json`],
    ['a place that is no record', `${PAYSLIPS}/latest`],
    ['what lies below a record', `${P1}/lines`],
    ['a record with a query', `${P1}?include=owner`],
  ])('reach %s', async (_place, path) => {
    const { crm, rep } = await openPayslips(options);
    expect((await rep.call('GET', path)).result).toBeNull();
    expect(crm.received.map((request) => request.path)).toContain(path);
  });
});

test('an enforced rule beside a rule in shadow mode keeps the record shut', async () => {
  const shadow = payslipRule({ id: 10, name: 'Another', on: ['read'], mode: 'shadow' });
  const { gateway, rep } = await openPayslips({ rules: [payslipRule({ on: ['read'] }), shadow] });
  const asked = await rep.call('GET', P1);
  expect([asked.status, asked.json.rules?.length]).toEqual([428, 1]);
  expect(gateway.outbox.messages()).toHaveLength(1);
  expect((await rep.call('GET', PAYSLIPS)).result).toBe('unmapped-read');
  expect((await rep.call('GET', `${PAYSLIPS}.json`)).result).toBe('unmapped-read');
});
