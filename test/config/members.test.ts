import { expect, test } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';

const VIA = { via: 'customer', module: 'Customers', field: 'email' };

type Changes = {
  readonly customers?: object;
  readonly notes?: object;
  readonly address?: object;
  readonly rule?: object;
};

/** What is said of a configuration with two modules, and whether a gateway runs with it. */
function said({ customers = {}, notes = {}, address = {}, rule = {} }: Changes) {
  const loaded = compileOptions(
    {
      ...gatewayOptions('http://127.0.0.1:3000'),
      modules: {
        DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', ...notes },
        Customers: { dialect: 'rest', path: '/api/Customers', ...customers },
      },
      rules: [
        deliveryRule({ send: { to: [{ channel: 'email', address: { ...VIA, ...address } }] }, ...rule }),
      ],
    },
    {},
  );
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  const about = problems.filter(({ path }) => /^modules|reverse|address$/.test(path));
  return {
    runs: loaded.ok,
    about: about.map(({ severity, path, message }) => `${severity} ${path}: ${message}`),
  };
}

test('a reference without "reverse" is a fault of the file, with which a gateway runs on the safe side', () => {
  const { runs, about } = said({});
  expect(runs).toBe(true);
  expect(about).toEqual([
    expect.stringMatching(
      /^error rules\[0\]\.send\.to\[0\]\.address: .*Customers sets "customer".*reverse: none/,
    ),
  ]);
  expect(said({ address: { reverse: 'none' } }).about).toEqual([]);
  expect(said({ address: { reverse: ['notes'] } }).about).toEqual([]);
  expect(said({ rule: { recipientChange: 'allow' } }).about).toEqual([]);
});

test('a relation leads to a module, and is no column', () => {
  const address = { reverse: 'none' };
  expect(said({ address, customers: { relations: { notes: 'DeliveryNote' } } })).toEqual({
    runs: false,
    about: ['error modules.Customers.relations.notes: there is no module "DeliveryNote"'],
  });
  const both = { values: ['notes'], relations: { notes: { module: 'DeliveryNotes' } } };
  expect(said({ address, customers: both })).toMatchObject({ runs: false });
});

test.each([
  'judge',
  'forward',
])('"nested: %s" is said to open what rules of other modules guard', (nested) => {
  const { runs, about } = said({ address: { reverse: 'none' }, customers: { nested } });
  expect(runs).toBe(true);
  expect(about).toEqual([
    expect.stringMatching(/^warning modules\.Customers\.nested: .*rule 7 may be gone round/),
  ]);
});
