import { expect, test } from 'vitest';
import { openPayslips, PAYSLIPS, payslipRule } from '../harness/payslips.ts';

/*
 * Some caches go by a header of their own before they look at `Cache-Control`: nginx by `X-Accel-Expires`, networks of caches by `CDN-Cache-Control` (RFC 9213). A CRM
 * that sets it for its records would have one in front of the gateway keep what was opened for one caller, and show it to all.
 */

const P1 = `${PAYSLIPS}/p1`;

test.each([
  ['X-Accel-Expires', '600'],
  ['CDN-Cache-Control', 'max-age=600'],
  ['Cloudflare-CDN-Cache-Control', 'max-age=600'],
  ['X-LiteSpeed-Cache-Control', 'public, max-age=600'],
  ['Surrogate-Control', 'max-age=600'],
  ['Edge-Control', 'cache-maxage=600'],
  ['Expires', 'Fri, 01 Jan 2100 00:00:00 GMT'],
])('is not told by %s to keep what was opened with a code, and with a grant', async (name, value) => {
  const { crm, rep, code } = await openPayslips({ rules: [payslipRule({ on: ['read'], grant: {} })] });
  crm.answerWith(({ path }, response, proceed) => {
    if (path === P1) response.setHeader(name, value);
    proceed();
  });
  const ask = (headers: Record<string, string>) => rep.call('GET', P1, undefined, headers);
  await ask({});
  const byCode = await ask({ 'OTPRULES-OTP-9': code() });
  await rep.call('POST', '/_countersign/rules/9/records/p1/code');
  const opened = await rep.call('POST', '/_countersign/rules/9/records/p1/grant', { code: code() });
  const byGrant = await ask({ 'OTPRULES-Grant': String(opened.json.token) });
  for (const { status, headers } of [byCode, byGrant])
    expect([status, headers.get(name), headers.get('cache-control')]).toEqual([200, null, 'no-store']);
});

test('honest: what no rule keeps from anybody has the headers that the CRM gave it', async () => {
  const { crm, rep } = await openPayslips();
  crm.answerWith((_request, response, proceed) => {
    response.setHeader('X-Accel-Expires', '600');
    proceed();
  });
  expect((await rep.call('GET', P1)).headers.get('x-accel-expires')).toBe('600');
});
