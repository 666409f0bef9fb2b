import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { decisionIn } from '../../src/cli/report/report-line.ts';
import { modulesText } from '../../src/cli/report/report-modules.ts';
import { createSummary } from '../../src/cli/report/report-summary.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createLog } from '../../src/system/log.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { startStandIn } from '../harness/stand-in.ts';
import { openGateway } from '../harness/world.ts';

/*
 * A CRM that knows `notify`, `hook` and `X-Client-Version` of saves alone, and refuses reads that have them; that cuts answers down by `view`; and that
 * has a record of each tenant and of each language.
 */

const PATH = '/api/DeliveryNotes';

async function openCrm() {
  const records: Record<string, Record<string, unknown>> = {};
  const recordOf = (tenant: string, language: string) => {
    const status = language === 'fr' ? 'Ouvert' : tenant === 'b' ? 'Created' : 'Open';
    const first = { id: '45', status, note: '', email: 'ann@example.com' };
    records[`${tenant} ${language}`] ??= first;
    return records[`${tenant} ${language}`] as Record<string, unknown>;
  };
  const crm = await startStandIn(({ method, query, header, json }) => {
    const record = recordOf(header('x-tenant') ?? 'a', query.get('locale') ?? 'en');
    if (method !== 'GET') return { status: 200, body: Object.assign(record, json) };
    const isUnknown = query.has('notify') || query.has('hook') || header('x-client-version') !== undefined;
    if (isUnknown) return { status: 400, body: { error: 'unknown parameter' } };
    return { status: 200, body: query.has('view') ? { id: '45', note: record['note'] } : record };
  });
  onTestFinished(crm.close);
  return crm;
}

type Modules = NonNullable<ConfigInput['modules']>;

const MODULES: Modules = { DeliveryNotes: { dialect: 'rest', path: PATH, unknownHeaders: 'judge' } };

/** What honest clients send on a day. */
const DAY: readonly (readonly [query: string, headers?: Readonly<Record<string, string>>])[] = [
  ['?notify=true'],
  ['?notify=false&hook=afterwards'],
  ['', { 'X-Client-Version': 'alpha-build' }],
  ['?view=shortened'],
  ['', { 'X-Tenant': 'b' }],
  [''],
];

async function play(modules: Modules, mode: 'shadow' | 'enforce', day: typeof DAY, when: object) {
  const crm = await openCrm();
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const rules = [deliveryRule({ when: when as never })];
  const { rep, gateway } = await openGateway(gatewayOptions(crm.url, { modules, rules, mode }), { log });
  const answers = [];
  for (const [query, headers] of day)
    answers.push(await rep.call('PATCH', `${PATH}/45${query}`, { note: 'x' }, headers));
  await gateway.close();
  const saves = crm.received.filter(({ method }) => method === 'PATCH');
  const summary = createSummary();
  for (const line of lines.join('').split('\n')) {
    const decision = decisionIn(line);
    if (decision) summary.add(decision);
  }
  const { modules: found } = summary.found();
  return { results: answers.map(({ result }) => result), saves, text: modulesText(found), lines };
}

// Read of the stored record for every save: what it is about, no save says.
const DELIVERED = { '==': [{ var: 'before.status' }, 'Delivered'] };

/** What is proposed, with what an operator has to say by hand. */
const proposedIn = (text: string) => parse(text.replaceAll('# neutral', 'neutral'));

const merged = (text: string): Modules => {
  const { modules } = proposedIn(text) as { readonly modules: Readonly<Record<string, object>> };
  return Object.fromEntries(
    Object.entries(MODULES).map(([name, module]) => [name, { ...module, ...modules[name] }]),
  ) as Modules;
};

test('what saves bring in their query and head is proposed, and lets the same day pass where rules are enforced', async () => {
  const shadow = await play(MODULES, 'shadow', DAY, DELIVERED);
  expect(shadow.saves).toHaveLength(DAY.length);
  const bare = await play(MODULES, 'enforce', DAY, DELIVERED);
  expect(bare.results.filter((result) => result !== null)).toContain('request-unreadable');

  expect(parse(shadow.text).modules.DeliveryNotes).toEqual({
    knownFields: ['note'],
    readHeaders: ['x-tenant'],
  });
  expect(proposedIn(shadow.text)).toMatchObject({
    modules: {
      DeliveryNotes: {
        neutralQuery: ['hook', 'notify', 'view'],
        neutralHeaders: ['x-client-version'],
        readHeaders: ['x-tenant'],
      },
    },
  });
  expect(shadow.text).toContain(
    'only where the CRM chooses neither a record nor a version of one by them, and leaves none out',
  );
  expect(shadow.lines.join('')).not.toMatch(/afterwards|alpha-build|shortened/);
  const enforced = await play(merged(shadow.text), 'enforce', DAY, DELIVERED);
  expect(enforced.results).toEqual(DAY.map(() => null));
  expect(enforced.saves).toHaveLength(DAY.length);
});

test('by what the CRM shows another version, is never proposed as neutral, and asks for a code when it is enforced', async () => {
  const day = [['?locale=fr&notify=true'], ['?locale=fr']] as const;
  const { text } = await play(MODULES, 'shadow', day, DELIVERED);
  expect(text).not.toMatch(/neutralQuery:.*locale/);
  expect(text).toContain('by "locale" in the address the CRM shows another version of the record');
  const enforced = await play(merged(text), 'enforce', [['?locale=fr']], DELIVERED);
  expect(enforced.results).toEqual(['otp-required']);
  expect(enforced.saves).toEqual([]);
});

test('no name is proposed of a day on which no save would have been refused or asked about', async () => {
  const { text } = await play(MODULES, 'shadow', DAY, { changed_to: ['status', 'Delivered'] });
  expect(text).not.toMatch(/neutral|readHeaders/);
});
