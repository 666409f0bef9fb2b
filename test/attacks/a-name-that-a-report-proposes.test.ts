import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { decisionIn } from '../../src/cli/report/report-line.ts';
import { createSummary } from '../../src/cli/report/report-summary.ts';
import { summaryText } from '../../src/cli/report/report-text.ts';
import { createLog } from '../../src/system/log.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { startStandIn } from '../harness/stand-in.ts';
import { openGateway } from '../harness/world.ts';

/*
 * What `countersign report` proposes is pasted into the configuration, and every name in it came from a client. Whoever sends ever new names must not
 * push one out of the list of those by which a CRM chooses, or which are records: then it would be proposed as harmless.
 */

const NOTE = '/api/DeliveryNotes/45';
const record = { id: '45', status: 'Open', note: '', email: 'ann@example.com' };

/** What the report proposes for the module after these saves in shadow mode. */
async function proposedAfter(
  saves: readonly (readonly [query: string, body: object, headers?: Record<string, string>])[],
  more: { readonly fields?: string } = {},
) {
  const crm = await startStandIn(({ method, query, header }) => {
    const isUnknown = ['notify', 'hook'].some((name) => query.has(name)) || query.get('tenant') === 'none';
    if (method === 'GET' && isUnknown) return { status: 400, body: {} };
    const isOther = query.get('tenant') === 'b' || header('x-tenant') === 'b' || query.has('locale');
    return { status: 200, body: method === 'GET' && isOther ? { ...record, status: 'Created' } : record };
  });
  onTestFinished(crm.close);
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const modules = {
    DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', unknownHeaders: 'judge', ...more },
  } as const;
  const rules = [deliveryRule({ when: { '==': [{ var: 'record.status' }, 'Created'] } })];
  const { rep } = await openGateway(gatewayOptions(crm.url, { modules, rules, mode: 'shadow' }), { log });
  for (const [query, body, headers] of saves) await rep.call('PATCH', `${NOTE}${query}`, body, headers);
  const summary = createSummary();
  for (const line of lines) {
    const decision = decisionIn(line);
    if (decision) summary.add(decision);
  }
  const [, text = ''] = summaryText(summary.found()).split('Check the names first.\n\n');
  const named = (yaml: string) => (parse(yaml)?.modules?.DeliveryNotes ?? {}) as Record<string, unknown>;
  return { text, pasted: named(text), proposed: named(text.replaceAll('# neutral', 'neutral')) };
}

const names = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`made${index}`, value]));
const many = (count: number) => Array.from({ length: count }, (_, index) => `m${index}=1`).join('&');

/** In two requests: one may have so many of them. */
const FLOOD = [
  [`?locale=fr&${many(300)}`, { note: 'x' }],
  [`?locale=fr&${many(600).split('&').slice(300).join('&')}`, { note: 'x' }],
] as const;

test('a parameter that chooses is not proposed as neutral where others were named before it', async () => {
  const honest = [
    ['?tenant=b', { note: 'x' }],
    ['?tenant=none', { note: 'x' }],
  ] as const;
  expect((await proposedAfter([...FLOOD, ...honest])).proposed['neutralQuery']).toBeUndefined();
});

test('a member that holds records is not proposed as a column where others were named before it', async () => {
  const flood = [
    ['', names(300, { id: '1', email: 'x' })],
    ['', Object.fromEntries(Object.entries(names(600, { id: '1', email: 'x' })).slice(300))],
  ] as const;
  const { proposed } = await proposedAfter([
    ...flood,
    ['', { customer: { id: '9', email: 'x@example.com' } }],
    ['', { customer: { street: 'x' } }],
  ]);
  expect(proposed['values']).toBeUndefined();
});

test.each([
  ['turns its line', '\u202e'],
  ['is for the terminal', '\u009b'],
  ['is not seen', '\u2028'],
])('a name is not proposed that %s', async (_what, symbol) => {
  const { text } = await proposedAfter([
    ['', { [`sum${symbol}s`]: { a: 1 }, size: { a: 1 }, [`x${symbol}`]: { id: 1 } }],
    ['', { [`plain${symbol}`]: 1 }],
  ]);
  expect([text.includes(symbol), text.includes('size')]).toEqual([false, true]);
});

test('a name by which nothing was seen to be chosen is neutral only by the hand of the operator: whoever sends it decides what is seen', async () => {
  const { pasted, proposed } = await proposedAfter([['?tenant=none', { note: 'x' }]]);
  expect([pasted['neutralQuery'], proposed['neutralQuery']]).toEqual([undefined, ['tenant']]);
});

test('columns are proposed with the word that no rule looks into them: whoever sends an object decides what is seen of it', async () => {
  const { text, pasted } = await proposedAfter([['', { recipient: { street: 'x' } }]]);
  expect(pasted['values']).toEqual(['recipient']);
  expect(text).toContain('# "values" only where none of them holds records of another module');
});

test('honest: names are proposed as before', async () => {
  const { proposed } = await proposedAfter([
    ['?notify=1&hook=later', { note: 'x' }],
    ['?tenant=b', { note: 'x' }],
    ['?tenant=none', { note: 'x' }],
    ['', { größe: { a: 1 }, 'size of box': { b: 1 }, customer: { id: '9', email: 'x@example.com' } }],
    ['', { customer: { street: 'x' } }],
  ]);
  expect(proposed).toMatchObject({ neutralQuery: ['hook', 'notify'], values: ['größe', 'size of box'] });
});

test('the id beside the fields is not proposed as what stands there: another one would pass under its name', async () => {
  const { proposed } = await proposedAfter([['', { id: '45', hint: 'x', data: { note: 'x' } }]], {
    fields: '/data',
  });
  expect(proposed['envelopeFields']).toEqual(['hint']);
});
