import { expect, test } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { HIDDEN_MODULE, hiddenRule } from '../harness/hidden.ts';

function problemsOf(changes: Partial<ConfigInput>) {
  const modules = { Payslips: HIDDEN_MODULE };
  const channels = { whatsapp: { kind: 'outbox', address: 'phone' } } as const;
  const options = { modules, channels, rules: [hiddenRule()], ...changes };
  const loaded = compileOptions(gatewayOptions('http://127.0.0.1:1', options), {});
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return problems.map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
}

const usual = problemsOf({});
const lookup = HIDDEN_MODULE.lookup;

const ADDRESS = { via: 'payslip_id', module: 'Payslips', field: 'phone', reverse: 'none' } as const;

const telling: readonly (readonly [what: string, changes: Partial<ConfigInput>, problem: string])[] = [
  [
    'no rule whose grant would open its records',
    { rules: [hiddenRule({ grant: undefined })] },
    'error modules.Payslips.lookup.enumeration: hide needs a rule about reads of Payslips with a grant: nothing else opens its records',
  ],
  [
    'lists that show who is there',
    { modules: { Payslips: { ...HIDDEN_MODULE, lists: 'allow' } } },
    'error modules.Payslips.lists: allow shows every caller who is there; enumeration is hide',
  ],
  [
    'a lookup that callers may ask themselves',
    { modules: { Payslips: { ...HIDDEN_MODULE, lookup: { ...lookup, path: '/api/people' } } } },
    'error modules.Payslips.lookup.path: lies beside /api/payslips, where every caller may ask for it directly; enumeration is hide',
  ],
  [
    'a path below its records that is open',
    { passthrough: ['/api/payslips/*/logo'] },
    'warning passthrough[0]: tells which records of Payslips there are, though its enumeration is hide',
  ],
  [
    'a rule whose codes go to one of its records, by an id that the caller names',
    {
      modules: {
        Payslips: HIDDEN_MODULE,
        DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      },
      rules: [hiddenRule(), deliveryRule({ send: { to: [{ channel: 'whatsapp', address: ADDRESS }] } })],
    },
    'warning rules[1].send.to[0].address: tells which records of Payslips there are, though its enumeration is hide',
  ],
];

test.each(telling)('a module that hides who is there is told of %s', (_, changes, problem) => {
  expect(problemsOf(changes).filter((line) => !usual.includes(line))).toEqual([problem]);
});

test('a lookup below the path of the module is its own', () => {
  const modules = { Payslips: { ...HIDDEN_MODULE, lookup: { ...lookup, path: '/api/payslips/search' } } };
  expect(problemsOf({ modules })).toEqual(usual);
  expect(usual.filter((line) => line.startsWith('error'))).toEqual([]);
});
