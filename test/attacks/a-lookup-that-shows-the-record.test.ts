import { describe, expect, test } from 'vitest';
import { planOf } from '../../src/cli/routes/plan.ts';
import { compile } from '../../src/config/compile/compile.ts';
import { decode } from '../../src/config/decode.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openPayslips, PAYSLIP_MODULE, payslipRule } from '../harness/payslips.ts';
import { until } from '../harness/until.ts';
import type { WorldOptions } from '../harness/world.ts';

/*
 * A module may look its records up at an address that is none of its own, and the answer there is the record. Where a rule guards its reads, it is not shown
 * to whoever asks at that address without the code.
 */

const NET = '5210.40';
const FIND = '/api/find-payslip';
const rules: ConfigInput['rules'] = [payslipRule({ on: ['read'], grant: {} })];
const moduleWith = (changes: object = {}) => ({
  Payslips: {
    ...PAYSLIP_MODULE,
    lookup: { path: FIND, query: 'employee_number', record: '/0' },
    ...changes,
  },
});

async function open(options: WorldOptions = {}) {
  const world = await openPayslips({ modules: moduleWith(), rules, ...options });
  world.crm.answerWith(({ path }, response, proceed) => {
    if (!/find-payslip/i.test(path)) return proceed();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify([world.crm.records.get('p1')]));
  });
  const look = async (method: string, path: string) => {
    const before = world.crm.received.length;
    const { status, result, text } = await world.rep.call(method, path);
    return { status, result, isShown: text.includes(NET), arrived: world.crm.received.length - before };
  };
  return { ...world, look };
}

describe('a read at the address of a lookup', () => {
  test.each([
    `${FIND}?employee_number=4721`,
    FIND,
    `${FIND}/?employee_number=4721`,
    `${FIND}.json?employee_number=4721`,
    '/api/Find-Payslip?employee_number=4721',
    `/index.php${FIND}?employee_number=4721`,
    `/api/x/..${FIND.slice(4)}?employee_number=4721`,
  ])('shows nothing, and arrives nowhere: %s', async (path) => {
    const { look } = await open();
    const refused = { status: 403, result: 'unmapped-read', isShown: false, arrived: 0 };
    expect(await look('GET', path)).toEqual(refused);
    expect(await look('HEAD', path)).toEqual(refused);
  });

  test('says by which call a client finds a record instead', async () => {
    const { rep } = await open();
    const { json } = await rep.call('GET', `${FIND}?employee_number=4721`);
    expect(json['detail']).toContain('clients find a record by POST /_countersign/rules/{rule}/identify');
  });

  test.each([
    '/api/find-payslip.php/x?employee_number=4721',
    '/api/find-payslip.php/employee_number/4721',
    '/api/find-payslip?employee_number=4721',
    '/api/find-payslip/?employee_number=4721',
    '/api/Find-Payslip.PHP?employee_number=4721',
  ])('of a script shows nothing either under what else the script is called: %s', async (path) => {
    const lookup = { path: `${FIND}.php`, query: 'employee_number', record: '/0' };
    const { look } = await open({ modules: moduleWith({ lookup }) });
    const refused = { status: 403, result: 'unmapped-read', isShown: false, arrived: 0 };
    expect(await look('GET', path)).toEqual(refused);
    expect(await look('GET', '/api/find-payslips.php?x=1')).toMatchObject({ status: 200, arrived: 1 });
  });

  test('of the script of a folder shows nothing either where the folder is asked for, and other paths pass', async () => {
    const lookup = { path: '/index.php', query: 'find-payslip', record: '/0' };
    const { look } = await open({ modules: moduleWith({ lookup }) });
    for (const path of [
      '/?find-payslip=4721',
      '/index.php?find-payslip=4721',
      '/index.php/x?find-payslip=4721',
    ])
      expect(await look('GET', path)).toMatchObject({ status: 403, isShown: false, arrived: 0 });
    for (const path of ['/help', '/.well-known/x', '/a/?x=1', '/index.phpx?x=1'])
      expect(await look('GET', path)).toMatchObject({ arrived: 1 });
  });

  test('shows nothing where the configuration has its path in capitals', async () => {
    const lookup = { path: '/api/Find-Payslip', query: 'employee_number', record: '/0' };
    const { look } = await open({ modules: moduleWith({ lookup }) });
    for (const path of ['/api/Find-Payslip?employee_number=4721', `${FIND}?employee_number=4721`])
      expect(await look('GET', path)).toMatchObject({ status: 403, isShown: false, arrived: 0 });
    expect(await look('GET', '/api/Find-Payslips?x=1')).toMatchObject({ status: 200, arrived: 1 });
  });

  test.each([
    ['lists are open', { modules: moduleWith({ lists: 'allow' }) }],
    ['the path is listed', { passthrough: [FIND] }],
    ['the rule is in shadow mode', { rules: rules.map((rule) => ({ ...rule, mode: 'shadow' as const })) }],
    ['no rule guards reads', { rules: [payslipRule()] }],
  ] as const)('passes where %s', async (_name, options) => {
    const { look } = await open(options as WorldOptions);
    const shown = { status: 200, isShown: true, arrived: 1 };
    expect(await look('GET', `${FIND}?employee_number=4721`)).toMatchObject(shown);
  });

  test('is none where the path only begins alike, or goes on', async () => {
    const { look } = await open();
    for (const path of [`${FIND}s`, `${FIND}-other?x=1`, `${FIND}/help`])
      expect(await look('GET', path)).toMatchObject({ status: 200, arrived: 1 });
  });
});

test('honest: the gateway itself looks the record up there, and shows it for the code', async () => {
  const { rep, gateway } = await open();
  const found = await rep.call('POST', '/_countersign/rules/9/identify', { value: '4721' });
  expect([found.status, found.json.record]).toEqual([201, 'p1']);
  const code = (await until(() => gateway.lastCode())) ?? '';
  const shown = await rep.call('GET', '/api/payslips/p1', undefined, { 'OTPRULES-OTP-9': code });
  expect([shown.status, shown.json.net]).toEqual([200, NET]);
});

test('a front proxy sends the address of the lookup to the gateway where reads are guarded, and straight to the CRM where not', () => {
  const isStraight = (ofRules: ConfigInput['rules'], path: string) => {
    const channels = { whatsapp: { kind: 'outbox', address: 'phone' } };
    const options = gatewayOptions('http://127.0.0.1:3000', {
      modules: moduleWith(),
      channels,
      rules: ofRules,
    } as Partial<ConfigInput>);
    const { decoded } = decode(options, { allowPlainSecrets: true });
    const { snapshot, findings } = compile(decoded as never, { env: {}, folder: '/' });
    if (!snapshot) throw new Error(JSON.stringify(findings));
    return planOf(snapshot).lanes.some(
      ({ methods, target, unless }) =>
        methods.includes('GET') &&
        new RegExp(`^${target}$`).test(path) &&
        !unless.some((source) => new RegExp(source, 'i').test(path)),
    );
  };
  for (const path of [`${FIND}?employee_number=4721`, `/index.php${FIND}?employee_number=4721`])
    expect([isStraight(rules, path), isStraight([payslipRule()], path)]).toEqual([false, true]);
  expect(isStraight(rules, '/api/other?x=1')).toBe(true);
});
