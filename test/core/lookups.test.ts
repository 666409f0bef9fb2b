import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Known, knownOf } from '../../src/core/criteria/facts.ts';
import { fold, foldField, foldName, headsOf } from '../../src/core/likeness/fold.ts';
import { candidatesOf } from '../../src/core/likeness/likeness.ts';
import { indexOf, namesIn } from '../../src/core/likeness/name-index.ts';
import { namedBy } from '../../src/core/likeness/naming.ts';
import { saidOf, saidOfReference } from '../../src/core/likeness/said.ts';
import { isEnforced, policyOf } from '../../src/core/rule/policy.ts';
import type { Rule } from '../../src/core/rule/rule.ts';
import type { ModuleDefinition } from '../../src/core/saving/module.ts';
import { compileRoutes } from '../../src/core/saving/route.ts';
import type { Operation, Save } from '../../src/core/saving/save.ts';
import { withoutCodes } from '../../src/core/wire/body.ts';
import { type Json, type JsonObject, jsonOf } from '../../src/core/wire/json.ts';
import { holdsParameter } from '../../src/core/wire/parameter.ts';
import { readTarget } from '../../src/core/wire/target.ts';
import { writeJson } from '../../src/core/wire/write-json.ts';
import { mayApply } from '../../src/gate/judging/requirements.ts';
import { isIdle, rulesAtStake } from '../../src/gate/judging/rules-at-stake.ts';
import { aRule, criteriaOf } from './a-rule.ts';

const MODULES = ['DeliveryNotes', 'Contacts'];
const FIELDS = [
  'status',
  'Status',
  'address.city',
  'press',
  'phone',
  'a b',
  'line[0]',
  'owner_id',
  'ownerId',
  'ſtatus',
];
const VALUES = ['2027-01-31', '1/31/2027', 'Delivered', 'delivered ', 'Out', '', '1', 'x@example.test'];

const field = fc.constantFrom(...FIELDS);
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...VALUES, 1, 0, true, false, null) },
  { weight: 1, arbitrary: fc.string() },
);

/** Criteria of every kind of node. */
const criteria = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.record({ changed: field }),
    fc.record({ changed_to: fc.tuple(field, fc.constantFrom<unknown>(...VALUES, 1, true, null)) }),
    fc.record({ changed_from: fc.tuple(field, fc.constantFrom<unknown>(...VALUES, 1, true, null)) }),
    fc.constantFrom<unknown>(
      true,
      false,
      { '==': [{ var: 'caller.role' }, 'rep'] },
      { in: [{ var: 'caller.role' }, ['manager', 'rep']] },
      { '==': [{ var: 'record.status' }, 'Delivered'] },
      { '===': ['x@example.test', { var: 'record.Status' }] },
      { in: [{ var: 'record.phone' }, ['Delivered', 1]] },
      { '!=': [{ var: 'record.phone' }, '1'] },
      { '==': [{ var: 'before.status' }, 'Out'] },
      { '==': [{ var: 'save.operation' }, 'delete'] },
    ),
  ),
  node: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.record({ and: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ '!': fc.tuple(tie('node')) }),
    fc.record({ if: fc.tuple(tie('node'), tie('node'), tie('node')) }),
  ),
})).node;

const address = fc.oneof(
  field.map((name) => ({ kind: 'own' as const, field: name })),
  fc.record({
    kind: fc.constant('related' as const),
    via: field,
    module: fc.constantFrom(...MODULES),
    field,
  }),
);

const rule = fc
  .record({
    module: fc.constantFrom(...MODULES),
    on: fc.subarray(['update', 'delete', 'read'] as const),
    onCreate: fc.constantFrom('refuse' as const, 'challenge' as const, 'allow' as const),
    when: criteria,
    sendWhen: fc.oneof(
      { weight: 2, arbitrary: fc.constant(false as unknown) },
      { weight: 1, arbitrary: criteria },
    ),
    to: fc.array(address, { minLength: 1, maxLength: 2 }),
    recipientChange: fc.constantFrom('guard' as const, 'allow' as const),
    mode: fc.constantFrom('enforce' as const, 'shadow' as const),
    hides: fc.boolean(),
  })
  .map(
    ({ on, when, sendWhen, to, ...rest }): Rule => ({
      ...aRule,
      ...rest,
      on: new Set(on),
      when: criteriaOf(when),
      send: {
        ...aRule.send,
        when: criteriaOf(sendWhen),
        to: to.map((one) => ({ channel: 'sms', address: one })),
      },
    }),
  );

/** Names as clients disguise them, and any others. */
const name = fc.oneof(
  field,
  fc
    .tuple(
      fc.constantFrom('', 'data[', 'fields.', '!', '$', '_', ' ', '\u200b', 'x:', 'nested_'),
      field,
      fc.constantFrom('', ']', '[]', '[', '\0x', ' ', '\u0301', '.0', '_attributes', '@odata.bind'),
    )
    .map((parts) => parts.join('')),
  field.map((text) => text.toUpperCase()),
  field.map((text) => text.replaceAll('s', 'ss')),
  fc.string({ unit: 'grapheme' }),
);
const deep = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    value,
    fc.oneof(field, name),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(field, name), tie('value')), { maxLength: 3 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
})).value;
const fields = fc
  .array(fc.tuple(fc.oneof(name, fc.constantFrom('update', 'values')), deep.map(jsonOf)), { maxLength: 5 })
  .map((pairs): JsonObject => new Map<string, Json>(pairs));
const save = fc.record({
  module: fc.constantFrom(...MODULES),
  operation: fc.constantFrom<Operation>('create', 'update', 'delete', 'read'),
  id: fc.constant('45'),
  fields,
});

const matters = (one: Rule, known: Known) =>
  mayApply(one, known) || (known.save.operation !== 'read' && one.send.when.mayHold(known));

/** What is known at first: nothing of the caller, or all. */
const knownAbout = (about: Save): readonly Known[] => [
  knownOf(about),
  ...['', 'rep', 'Delivered'].map((role) => ({
    ...knownOf(about),
    caller: { ip: '', user: '', role, claims: new Map() },
  })),
];

it('no rule that may apply to a save, or send after it, is passed over, and their order stays', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), save, (rules, about) => {
      const policy = policyOf(rules);
      for (const known of knownAbout(about)) {
        const [found, all] = [policy.rulesFor(known), policy.rulesOf(about.module)];
        expect(found.filter((one) => matters(one, known))).toEqual(all.filter((one) => matters(one, known)));
        expect(found).toEqual(all.filter((one) => found.includes(one)));
      }
    }),
    { numRuns: 1500 },
  );
});

it('a save passes the short way where no rule may apply, send or hide, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), save, (rules, about) => {
      const policy = policyOf(rules);
      const all = policy.rulesOf(about.module);
      const enforced = all.filter(isEnforced);
      const applies = all.some((one) => mayApply(one, knownOf(about)));
      const sends =
        about.operation !== 'read' && enforced.some(({ send }) => send.when.mayHold(knownOf(about)));
      const hides = enforced.some(({ hides, on }) => hides && on.has('read'));
      expect(isIdle(rulesAtStake(knownOf(about), policy))).toBe(!(applies || sends || hides));
    }),
    { numRuns: 1000 },
  );
});

it('what is remembered of one save is no answer about another', () => {
  const asked = (object: JsonObject) =>
    FIELDS.map((one) => [
      candidatesOf(object, one),
      saidOf({ fields: object }, one, null),
      saidOfReference({ fields: object }, one, undefined),
      [...namesIn(indexOf({ fields: object }))],
    ]);
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      const first = asked(one);
      const second = asked(other);
      expect(asked(new Map(one))).toEqual(first);
      expect(asked(new Map(other))).toEqual(second);
      expect(asked(one)).toEqual(first);
    }),
  );
});

const plain = fc.string({ unit: fc.constantFrom(...'abSs0_-. '), maxLength: 12 });

it('what is folded the short way is folded as the long way does', () => {
  // What does not print sends a text the long way, and is left out there.
  fc.assert(
    fc.property(plain, plain, (text, target) => {
      for (const folding of [fold, foldName, foldField]) expect(folding(text)).toBe(folding(`${text}\u200b`));
      const trimmed = text.trim().replace(/ +/g, ' ');
      expect(headsOf(trimmed)?.includes(fold(target))).toBe(
        headsOf(`${trimmed}\u200b`)?.includes(fold(target)),
      );
    }),
  );
});

it('a text that may be a name is folded the short way as the long way does', () => {
  const prose = fc.string({ unit: fc.constantFrom(...'abSs0_-. ,;!?'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(prose, (text) => {
      const name = foldField(`${text}\u200b`);
      if (name !== '') expect(namedBy(text)).toContain(name);
    }),
  );
});

const segment = fc.string({ unit: fc.constantFrom(...'aB0-_'), minLength: 1, maxLength: 4 });
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);

it('a path that is read the short way is read as the long way does', () => {
  fc.assert(
    fc.property(path, (text) => {
      const { readings, plain: isPlain } = readTarget(`${text}/`, 'a') ?? {};
      expect(readTarget(text, 'a')).toMatchObject({ readings, plain: isPlain });
    }),
  );
});

const step = fc.constantFrom(
  'a',
  'A',
  'b',
  'ab',
  '..',
  '.',
  '',
  '%61',
  '%2e%2e',
  'a;x',
  'b.',
  '%2F',
  '\\',
  '%5c..',
);
const odd = fc.array(step, { minLength: 1, maxLength: 6 }).map((steps) => `/${steps.join('/')}`);

it('a path that some server could take for one of a module, or one below it, goes nowhere else', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom('/a', '/b/a', '/ab', '/b/b/a'), { minLength: 1 }),
      odd,
      (doors, text) => {
        const definitions = doors.map(
          (one) => ({ name: one, dialect: 'rest', path: one }) as ModuleDefinition,
        );
        const target = readTarget(text, 'a');
        const isBelow = target?.readings.some((reading) =>
          doors.some((mount) => reading === mount || reading.startsWith(`${mount}/`)),
        );
        const { kind } = target ? compileRoutes(definitions, [], []).routeOf(target) : { kind: 'other' };
        expect(kind !== 'other').toBe(isBelow ?? false);
      },
    ),
    { numRuns: 1000 },
  );
});

const parameter = fc.constantFrom('OTPRULES_OTP_7', 'otprules-otp-7', 'data[ＯTPRULES.OTP.7]', 'x');

it('a body loses its codes wherever they stand, and nothing else', () => {
  const strip = (json: Json): Json => {
    if (json instanceof Map)
      return new Map(
        [...json].filter(([key]) => !holdsParameter(key)).map(([key, member]) => [key, strip(member)]),
      );
    return Array.isArray(json) ? json.map(strip) : json;
  };
  const document = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      value.map(jsonOf),
      fc.array(tie('value'), { maxLength: 3 }),
      fc
        .array(fc.tuple(fc.oneof(name, parameter), tie('value')), { maxLength: 3 })
        .map((pairs) => new Map(pairs as [string, Json][])),
    ),
  })).value;
  fc.assert(
    fc.property(document, (tree) => {
      const cleaned = withoutCodes({ kind: 'json', value: tree as Json });
      expect(cleaned.kind === 'json' && writeJson(cleaned.value)).toBe(writeJson(strip(tree as Json)));
    }),
  );
});
