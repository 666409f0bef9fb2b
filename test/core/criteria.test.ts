import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCriteria } from '../../src/core/criteria/criteria.ts';
import { knownOf } from '../../src/core/criteria/facts.ts';
import { jsonOf } from '../../src/core/wire/json.ts';
import { criteriaOf, factsOf, objectOf, update } from './a-rule.ts';

const is = (path: string, value: unknown) => ({ '==': [{ var: path }, value] });
const deep = (levels: number): unknown => (levels === 0 ? true : { '!': [deep(levels - 1)] });

describe('criteria that json-logic-js would take in silence are faults', () => {
  it.each<[string, unknown, (string | number)[]]>([
    ['no operator', {}, []],
    ['two operators', { '==': [1, 1], changed: 'a' }, []],
    ['no operator, deeper', { and: [true, {}] }, ['and', 1]],
    ['nothing', undefined, []],
    ['a hole', { and: [undefined] }, ['and', 0]],
    ['no number', { '==': [Number.NaN, 1] }, ['==', 0]],
    ['a function', () => true, []],
    ['an unknown operator', { equals: [1, 1] }, ['equals']],
    ['an unknown operator that is not reached', { or: [true, { matches: [1] }] }, ['or', 1, 'matches']],
    ['log', { log: 'x' }, ['log']],
    ['map', { map: [{ var: 'record.a' }, 1] }, ['map']],
    ['missing', { missing: ['a'] }, ['missing']],
    ['method', { method: ['a', 'b'] }, ['method']],
    ['an operator of our own', { '~=': [1, 1] }, ['~=']],
    ['__proto__', JSON.parse('{"__proto__":[1]}'), ['__proto__']],
    ['constructor', { constructor: [1] }, ['constructor']],
    ['a dotted operator', { 'a.b': [1] }, ['a.b']],
    ['too few operands', { '==': [1] }, ['==']],
    ['too many operands', { '==': [1, 2, 3] }, ['==']],
    ['no operands', { and: [] }, ['and']],
    ['if without an answer', { if: [true] }, ['if']],
    ['a computed path', { var: { cat: ['record.', 'a'] } }, ['var']],
    ['an empty path', { var: '' }, ['var']],
    ['no path', { var: [] }, ['var']],
    ['a number as path', { var: 1 }, ['var']],
    ['a computed default', { var: ['record.a', { var: 'record.b' }] }, ['var']],
    ['a third part of a path', { var: ['record.a', 1, 2] }, ['var']],
    ['a foreign root', { var: 'process.env' }, ['var']],
    ['our own root', { var: 'changes.0' }, ['var']],
    ['a root without a field', { var: 'record' }, ['var']],
    ['before without a field', { var: 'before' }, ['var']],
    ['an empty step', { var: 'record..a' }, ['var']],
    ['a prototype', { var: 'record.__proto__.x' }, ['var']],
    ['a constructor', { var: 'caller.constructor.name' }, ['var']],
    ['a clause without a value', { changed_to: ['a'] }, ['changed_to']],
    ['a clause with two values', { changed_to: ['a', 1, 2] }, ['changed_to']],
    ['a clause with a list', { changed_to: ['a', ['x']] }, ['changed_to']],
    ['a clause with a computed field', { changed: { var: 'record.a' } }, ['changed']],
    ['a clause with an empty field', { changed: '' }, ['changed']],
    ['a clause with a computed value', { changed_from: ['a', { var: 'record.b' }] }, ['changed_from']],
  ])('%s', (_what, source, path) => {
    expect(compileCriteria(source)).toMatchObject({ ok: false, faults: [{ path }] });
  });

  it('too deep', () => {
    expect(compileCriteria(deep(32)).ok).toBe(true);
    expect(compileCriteria(deep(33)).ok).toBe(false);
  });

  it('too many nodes', () => {
    const or = (count: number) => ({
      or: Array.from({ length: count }, () => ({ or: Array(48).fill(true) })),
    });
    expect(compileCriteria(or(10)).ok).toBe(true);
    expect(compileCriteria(or(11)).ok).toBe(false);
  });

  it('all of them are told', () => {
    const reading = compileCriteria({ and: [{}, { log: 1 }, { var: 'x' }] });
    expect(reading.ok ? [] : reading.faults.map((fault) => fault.path)).toEqual([
      ['and', 0],
      ['and', 1, 'log'],
      ['and', 2, 'var'],
    ]);
  });
});

it('criteria name the fields and the parts of the caller that they read', () => {
  const criteria = criteriaOf({
    and: [
      is('record.amount', 1),
      { changed: 'status' },
      is('before.status', 'x'),
      { '!=': [{ var: 'caller.claims.role' }, 'manager'] },
      is('record.address.city', 'x'),
    ],
  });
  expect(criteria.fields).toEqual(['status', 'amount', 'address']);
  expect(criteria.callerPaths).toEqual([['caller', 'claims', 'role']]);
});

const speaks = (source: unknown, fields: object, before: object | null) =>
  criteriaOf(source).hold(factsOf(fields, before));
const to = { changed_to: ['status', 'Delivered'] };
const from = { changed_from: ['status', 'Open'] };
const changed = { changed: 'status' };

describe('clauses', () => {
  it.each<[string, unknown, object, object | null, boolean]>([
    ['entering', to, { status: 'Delivered' }, { status: 'Created' }, true],
    ['entering loosely', to, { status: ' delivered' }, { status: 'Created' }, true],
    ['entering another state', to, { status: 'Created' }, { status: 'Open' }, false],
    ['staying', to, { status: 'Delivered' }, { status: 'Delivered' }, false],
    ['staying loosely', to, { status: 'delivered' }, { status: 'Delivered' }, true],
    ['entering from a like value', to, { status: 'Delivered' }, { status: 'delivered' }, true],
    ['leaving the field', to, { note: 'x' }, { status: 'Created' }, false],
    ['entering what is unknown', to, { status: 'Delivered' }, { note: 'x' }, true],
    ['entering from empty', to, { status: 'Delivered' }, { status: null }, true],
    ['a list', to, { status: ['Created'] }, { status: 'Created' }, true],
    ['an object', to, { status: {} }, { status: 'Created' }, true],
    ['a number', to, { status: 2 }, { status: 'Created' }, true],
    ['the same number', { changed_to: ['n', 2] }, { n: 2 }, { n: '2' }, false],
    ['a like name', to, { Status: 'Delivered' }, { status: 'Created' }, true],
    [
      'a part of the field beside the stored value',
      to,
      { status: 'Delivered', 'status[]': 'Delivered' },
      { status: 'Delivered' },
      false,
    ],
    ['a similar name', to, { status_note: 'Delivered' }, { status: 'Created' }, false],
    ['stored as a list', to, { status: 'Delivered' }, { status: ['Delivered'] }, true],
    ['born so', to, { status: 'Delivered' }, null, true],
    ['born otherwise', to, { status: 'Created' }, null, false],
    ['born without', to, {}, null, false],
    ['emptied', { changed_to: ['status', null] }, { status: '' }, { status: 'Open' }, true],
    ['empty already', { changed_to: ['status', null] }, { status: '' }, { status: null }, false],
    ['changed', changed, { status: 'b' }, { status: 'a' }, true],
    ['changed by a blank', changed, { status: 'a ' }, { status: 'a' }, true],
    ['not changed', changed, { status: 'a' }, { status: 'a' }, false],
    ['changed from unknown', changed, { status: 'a' }, {}, true],
    ['changed from empty to null', changed, { status: null }, { status: '' }, false],
    ['changed twice', changed, { status: 'a', STATUS: 'a' }, { status: 'a' }, true],
    ['born with a value', changed, { status: 'a' }, null, true],
    ['born with an empty value', changed, { status: '' }, null, false],
    ['left alone', changed, { note: 'a' }, { status: 'a' }, false],
    ['leaving', from, { status: 'Closed' }, { status: 'Open' }, true],
    ['leaving a like value', from, { status: 'Closed' }, { status: 'OPEN ' }, true],
    ['leaving another', from, { status: 'Closed' }, { status: 'New' }, false],
    ['leaving unknown', from, { status: 'Closed' }, {}, true],
    ['staying there', from, { status: 'Open' }, { status: 'Open' }, false],
    ['born', from, { status: 'Closed' }, null, false],
  ])('%s', (_what, source, fields, before, holds) => {
    expect(speaks(source, fields, before)).toBe(holds);
  });

  it('a delete changes nothing', () => {
    const save = update({}, { operation: 'delete' });
    for (const clause of [to, from, changed])
      expect(criteriaOf(clause).hold(factsOf({}, { status: 'Open' }, { save }))).toBe(false);
    expect(criteriaOf(is('record.status', 'Open')).hold(factsOf({}, { status: 'Open' }, { save }))).toBe(
      true,
    );
  });

  it('say why', () => {
    const criteria = criteriaOf({
      or: [to, changed, from, { changed_to: ['n', 5] }, { changed_to: ['n', null] }],
    });
    expect(criteria.why(factsOf({ status: 'Delivered', n: 5 }, { status: 'Open', n: 4 }))).toEqual([
      'changed_to status Delivered',
      'changed status',
      'changed_from status Open',
      'changed_to n 5',
    ]);
  });
});

describe('what a rule reads is doubted', () => {
  const status = is('record.status', 'Delivered');
  const large = { '>': [{ var: 'record.amount' }, 1000] };
  const created = { status: 'Created', type: 'Standard', amount: '10' };
  it.each<[string, unknown, object, object | null, boolean]>([
    ['the wanted value', status, { status: 'Delivered' }, created, true],
    ['another value', status, { status: 'Open' }, created, false],
    ['a folded value', status, { status: 'DELIVÉRED ' }, created, true],
    ['the place of a value in an ENUM', status, { status: 2 }, created, true],
    ['the same as text', status, { status: '2' }, created, true],
    [
      'written the other way round',
      { '==': ['Delivered', { var: 'record.status' }] },
      { status: 2 },
      created,
      true,
    ],
    [
      'strictly equal',
      { '===': [{ var: 'record.status' }, 'Delivered'] },
      { status: 'delivered' },
      created,
      true,
    ],
    [
      'one of several',
      { in: [{ var: 'record.status' }, ['Delivered', 'Closed']] },
      { status: 'CLOSED' },
      created,
      true,
    ],
    [
      'one of several by its place',
      { in: [{ var: 'record.status' }, ['Delivered', 'Closed']] },
      { status: 3 },
      created,
      true,
    ],
    [
      'none of several',
      { in: [{ var: 'record.status' }, ['Delivered', 'Closed']] },
      { status: 'Open' },
      created,
      false,
    ],
    [
      'a part of a text',
      { in: ['urgent', { var: 'record.status' }] },
      { status: 'Very URGENT' },
      created,
      true,
    ],
    ['no part of a text', { in: ['urgent', { var: 'record.status' }] }, { status: 'calm' }, created, false],
    ['the stored value', status, { note: 'x' }, { status: 'Delivered' }, true],
    ['a field that is not shown', status, { note: 'x' }, {}, true],
    ['a field that is not there on create', status, { note: 'x' }, null, false],
    ['a list', status, { status: ['Open'] }, created, true],
    ['an object', status, { status: {} }, created, true],
    ['a list on create', status, { status: ['Open'] }, null, true],
    ['a like name', status, { Status: 'Delivered' }, created, true],
    ['a like name with another value', status, { Status: 'Open' }, created, false],
    ['a like name beside the name', status, { status: 'Open', Status: 'Delivered' }, created, true],
    ['a like name on create', status, { 'status[]': 'Open' }, null, true],
    [
      'a list where an object was',
      is('record.address.city', 'Rome'),
      { address: [{ city: 'Rome' }] },
      null,
      true,
    ],
    ['a deeper value', is('record.address.city', 'Rome'), { address: { city: 'Rome' } }, null, true],
    ['another deeper value', is('record.address.city', 'Rome'), { address: { city: 'Oslo' } }, null, false],
    ['a deeper like name', is('record.address.city', 'Rome'), { address: { City: 'Rome' } }, null, true],
    ['a stored value of before', is('before.status', 'Created'), { status: 'Open' }, created, true],
    ['a larger number', large, { amount: 2000 }, created, true],
    ['a larger number as text', large, { amount: '2000.00' }, created, true],
    ['a smaller number', large, { amount: 20 }, created, false],
    ['no number', large, { amount: '2000 EUR' }, created, true],
    ['a number in another writing', large, { amount: '2,000' }, created, true],
    ['an empty number', large, { amount: '' }, created, false],
    ['a number that begins like one', is('record.amount', 2000), { amount: '2000abc' }, created, true],
    [
      'dates',
      { '<': [{ var: 'record.day' }, '2025-01-01'] },
      { day: '2024-12-31' },
      { day: '2025-02-01' },
      true,
    ],
    [
      'later dates',
      { '<': [{ var: 'record.day' }, '2025-01-01'] },
      { day: '2025-12-31' },
      { day: '2025-02-01' },
      false,
    ],
    ['between', { '<': [1, { var: 'record.amount' }, 100] }, { amount: 50 }, created, true],
    ['not between', { '<': [1, { var: 'record.amount' }, 100] }, { amount: 500 }, created, false],
    ['a default', { '==': [{ var: ['record.status', 'Open'] }, 'Open'] }, {}, null, true],
  ])('%s', (_what, source, fields, before, holds) => {
    expect(speaks(source, fields, before)).toBe(holds);
  });

  const exempt = { and: [status, { '!=': [{ var: 'record.type' }, 'Express'] }] };
  const doubly = {
    '!': { or: [{ '!=': [{ var: 'record.status' }, 'Delivered'] }, is('record.type', 'Express')] },
  };
  it.each<[object, boolean]>([
    [{ status: 'Delivered' }, true],
    [{ status: 'delivered' }, true],
    [{ status: 'Delivered', type: 'Express' }, false],
    [{ status: 'delivered', type: 'Express' }, false],
    [{ status: 'Delivered', type: 'express' }, true],
    [{ status: 'delivered', type: 'Ex\u200bpress' }, true],
    [{ status: 'Open', type: 'Express' }, false],
    [{ status: 'Open' }, false],
  ])('a loose state with a loose exemption speaks: %j', (fields, holds) => {
    expect(speaks(exempt, fields, created)).toBe(holds);
    expect(speaks(doubly, fields, created)).toBe(holds);
  });

  it('an exemption of the caller is exact', () => {
    const rule = criteriaOf({ '!=': [{ var: 'caller.role' }, 'manager'] });
    const caller = (role: string) =>
      factsOf({}, {}, { caller: { ip: '', user: '', role, claims: new Map() } });
    expect(['manager', 'MANAGER', '', 'rep'].map((role) => rule.hold(caller(role)))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('an exemption by a list of claims is exact', () => {
    const rule = criteriaOf({ '!': { in: ['manager', { var: 'caller.claims.roles' }] } });
    const caller = (roles: unknown) =>
      factsOf(
        {},
        {},
        { caller: { ip: '', user: '', role: '', claims: new Map([['roles', jsonOf(roles)]]) } },
      );
    expect([['manager'], ['Manager'], [], 'manager', null].map((roles) => rule.hold(caller(roles)))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('criteria that cannot be evaluated apply', () => {
    const failing = { in: ['x', { var: 'caller.claims.odd' }] };
    const odd = new Map([['odd', new Map([['indexOf', 'no function']])]]);
    const facts = factsOf({}, {}, { caller: { ip: '', user: '', role: '', claims: odd } });
    expect(criteriaOf(failing).hold(facts)).toBe(true);
    expect(criteriaOf({ '!': failing }).hold(facts)).toBe(true);
  });

  it('facts have no prototype', () => {
    expect(speaks({ '!!': { var: 'request.toString' } }, {}, {})).toBe(false);
    expect(speaks({ '!!': { var: 'request.hasOwnProperty' } }, {}, {})).toBe(false);
  });
});

describe('mayHold', () => {
  const word = fc.constantFrom('a', 'A', 'b', '', '2', 'x');
  const field = fc.constantFrom('f', 'g');
  const value = fc.oneof(
    word,
    fc.integer({ min: 0, max: 3 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(['a']),
  );
  const scalar = fc.oneof(word, fc.integer({ min: 0, max: 3 }), fc.boolean());
  const record = fc.dictionary(fc.constantFrom('f', 'g', 'F', 'g[]', 'h'), value, { maxKeys: 4 });
  const { source } = fc.letrec((tie) => ({
    source: fc.oneof(
      { maxDepth: 4 },
      field.map((name) => ({ changed: name })),
      fc
        .tuple(fc.constantFrom('changed_to', 'changed_from'), field, scalar)
        .map(([kind, name, wanted]) => ({ [kind]: [name, wanted] })),
      fc
        .tuple(fc.constantFrom('==', '!=', '<', '>=', '==='), field, scalar)
        .map(([sign, name, wanted]) => ({ [sign]: [{ var: `record.${name}` }, wanted] })),
      fc.boolean(),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('source'), { minLength: 1, maxLength: 3 }))
        .map(([kind, parts]) => ({ [kind]: parts })),
      tie('source').map((part) => ({ '!': part })),
    ),
  }));

  it('never says no where hold says yes, and nothing throws', () => {
    fc.assert(
      fc.property(source, record, fc.option(record), (criteria, fields, before) => {
        const compiled = criteriaOf(criteria);
        const facts = factsOf(fields, before);
        if (compiled.hold(facts)) expect(compiled.mayHold(knownOf(facts.save))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('criteria that hold as written are never silent', () => {
    const plain = (
      criteria: unknown,
      fields: Record<string, unknown>,
      before: Record<string, unknown>,
    ): boolean => {
      const [operator, operand] = Object.entries(criteria as Record<string, unknown>)[0] ?? [];
      if (typeof criteria === 'boolean') return criteria;
      if (operator === 'and') return (operand as unknown[]).every((part) => plain(part, fields, before));
      if (operator === 'or') return (operand as unknown[]).some((part) => plain(part, fields, before));
      const [name, wanted] = operand as [string, unknown];
      return fields[name] === wanted && before[name] !== wanted;
    };
    const words = fc.record({ f: word.filter(Boolean), g: word.filter(Boolean) });
    const { to } = fc.letrec((tie) => ({
      to: fc.oneof(
        { maxDepth: 4 },
        fc.tuple(field, word.filter(Boolean)).map((operands) => ({ changed_to: operands })),
        fc.boolean(),
        fc
          .tuple(fc.constantFrom('and', 'or'), fc.array(tie('to'), { minLength: 1, maxLength: 3 }))
          .map(([kind, parts]) => ({ [kind]: parts })),
      ),
    }));
    fc.assert(
      fc.property(to, words, words, (criteria, fields, before) => {
        if (plain(criteria, fields, before)) expect(speaks(criteria, fields, before)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[unknown, object, boolean]>([
    [to, { note: 'x' }, false],
    [{ and: [to, is('record.a', 1)] }, { note: 'x' }, false],
    [{ or: [to, is('record.a', 1)] }, { note: 'x' }, true],
    [{ '!': to }, { note: 'x' }, true],
    [{ and: [false, is('record.a', 1)] }, {}, false],
    [true, {}, true],
    [false, {}, false],
  ])('spares the read where nothing can speak: %j for %j is %j', (criteria, fields, may) => {
    expect(criteriaOf(criteria).mayHold(knownOf(update(fields)))).toBe(may);
  });
});

it('what could not be verified of a caller exempts nobody, in whatever form the criteria ask for it', () => {
  const nobody = factsOf(
    { status: 'Delivered' },
    { status: 'Created' },
    {
      caller: { ip: '', user: '', role: '', claims: new Map() },
    },
  );
  const role = { var: 'caller.role' };
  const wanted = { changed_to: ['status', 'Delivered'] };
  for (const asked of [
    { '==': [role, 'rep'] },
    { in: [role, ['rep', 'driver']] },
    { '!': { '==': [{ var: 'caller.claims.admin' }, true] } },
    { '!': { '==': [role, ''] } },
    { '!=': [{ var: ['caller.claims.role', 'manager'] }, 'manager'] },
    { if: [{ '==': [role, 'rep'] }, true, false] },
  ]) {
    expect(criteriaOf(asked).hold(nobody), JSON.stringify(asked)).toBe(true);
    expect(criteriaOf({ and: [wanted, asked] }).hold(nobody)).toBe(true);
  }
  const unchanged = { ...nobody, before: objectOf({ status: 'Delivered' }) };
  expect(criteriaOf({ and: [wanted, { '==': [role, 'rep'] }] }).hold(unchanged)).toBe(false);
});
