import { expect, test } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { PAYSLIP_MODULE, payslipRule } from '../harness/payslips.ts';

type RuleInput = ConfigInput['rules'][number];

function problemsOf(
  rule: Partial<RuleInput>,
  modules: ConfigInput['modules'] = { Payslips: PAYSLIP_MODULE },
) {
  const channels = { whatsapp: { kind: 'outbox', address: 'phone' } } as const;
  const options = gatewayOptions('http://127.0.0.1:1', { modules, channels, rules: [payslipRule(rule)] });
  const loaded = compileOptions(options, {});
  return (loaded.ok ? loaded.warnings : loaded.problems)
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${path}: ${message}`);
}

test('a rule about reads, with a grant, is accepted, and its times are those of the session', () => {
  expect(problemsOf({ on: ['read'], grant: {} })).toEqual([]);
  expect(problemsOf({ on: ['read'], when: { '==': [{ var: 'record.secret' }, true] } })).toEqual([]);
});

test.each<[string, Partial<RuleInput>, RegExp]>([
  ['reads beside saves', { on: ['read', 'update'] }, /rules\[0\]\.on: read stands alone/],
  ['a grant without reads', { grant: {} }, /rules\[0\]\.grant: opens reads/],
  [
    'a change of what is only read',
    { on: ['read'], when: { changed: 'net' } },
    /rules\[0\]\.when: asks for a change/,
  ],
  ['a grant that never idles', { on: ['read'], grant: { idle: '25h' } }, /at most 24h/],
])('%s is refused with its place', (_what, rule, problem) => {
  const problems = problemsOf(rule);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});

test('reads behind another dialect are refused: they cannot be told from queries and batches', () => {
  const modules: ConfigInput['modules'] = { Payslips: { dialect: 'espocrm', path: '/api/v1' } };
  expect(problemsOf({ on: ['read'] }, modules)).toEqual([
    'rules[0].on: reads behind dialect espocrm cannot be guarded',
  ]);
  expect(problemsOf({ on: ['update'] }, modules)).toEqual([]);
});

test('a misspelt key of a lookup is refused', () => {
  const lookup = { path: '/api/payslips', query: 'n', records: '/0' } as unknown as {
    path: string;
    query: string;
  };
  const [problem] = problemsOf({}, { Payslips: { ...PAYSLIP_MODULE, lookup } });
  expect(problem).toContain('records');
});
