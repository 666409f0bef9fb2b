import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { decisionIn } from '../../src/cli/report/report-line.ts';
import { createSummary } from '../../src/cli/report/report-summary.ts';
import { summaryText } from '../../src/cli/report/report-text.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createLog } from '../../src/system/log.ts';
import { onReads, refuse } from '../harness/answers.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';
import { run } from './run.ts';

// Each command is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 240_000 });

/** A gateway whose log can be read, and a rep. */
async function openShadow(changes: Partial<ConfigInput>) {
  const crm = await openCrm();
  const lines: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } });
  const { rep, gateway } = await openGateway(gatewayOptions(crm.url, changes), { log });
  const text = async () => {
    await gateway.close();
    return lines.join('');
  };
  return { crm, rep, text };
}

const other = deliveryRule({ id: 8, name: 'Created', when: true, onCreate: 'challenge', on: ['delete'] });

/** The log of a gateway in shadow mode, after a busy day. */
async function day(): Promise<string> {
  const { crm, rep, text } = await openShadow({ mode: 'shadow', rules: [deliveryRule(), other] });
  await rep.deliver();
  await rep.call('PATCH', NOTE, { status: 'Created' });
  await rep.deliver(undefined, { email: 'rep@example.com' });
  await rep.call('POST', '/api/DeliveryNotes', { status: 'Delivered' });
  await rep.call('POST', '/api/Invoices', {});
  await rep.call('POST', '/api/Invoices/4711/lines', {});
  await rep.call('POST', '/api/Invoices/4712/lines', {});
  await rep.call('PATCH', NOTE, '{"a":1,"a":2}');
  crm.answerWith(onReads(refuse(500)));
  await rep.deliver();
  return text();
}

test('report names where it looked and found no decision', () => {
  expect(run(['report'], openFolder(), undefined, 'no log')).toEqual({
    code: 4,
    out: '',
    err: 'countersign: there is no decision in standard input: the log has them at level "info"\n',
  });
});

test('report says what enforcing would have refused, by rule and by place', async () => {
  const log = await day();
  const folder = openFolder();
  writeFileSync(join(folder, 'gateway.log'), log);
  const { code, out, err } = run(['report', '--format', 'json', 'gateway.log'], folder);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const requests = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((line) => 'would' in line);
  const named = (...indexes: readonly number[]) => indexes.map((index) => requests[index].request);
  const span = { first: at, last: at };
  expect(JSON.parse(out)).toEqual({
    decisions: 9,
    wouldRefuse: 8,
    ...span,
    rules: [
      {
        rule: '7',
        requests: 4,
        ...span,
        examples: named(0, 1, 2),
        records: 1,
        would: { 'otp-required': 2, 'otp-create-refused': 1, 'record-unavailable': 1 },
        why: {
          'changed_to status Delivered': 2,
          'changed_to status Delivered; it changes the address that codes go to': 1,
          'its record could not be read': 1,
        },
      },
      // The change of the address is asked about once, under the first rule.
      expect.objectContaining({ rule: '8', would: { 'otp-create-refused': 1 } }),
    ],
    unmappedWrites: [
      {
        method: 'POST',
        path: '/api/Invoices/*/lines',
        requests: 2,
        ...span,
        examples: named(4, 5),
        why: { [requests[4].detail]: 2 },
      },
      expect.objectContaining({ method: 'POST', path: '/api/Invoices', requests: 1 }),
    ],
    unmappedReads: [],
    unreadable: [expect.objectContaining({ method: 'PATCH', path: '/api/DeliveryNotes/*', requests: 1 })],
    undeclared: [],
    modules: [
      {
        module: 'DeliveryNotes',
        knownFields: ['email', 'status'],
        envelopeFields: [],
        values: [],
        relations: {},
        unclear: [],
        neutralQuery: [],
        neutralHeaders: [],
        readHeaders: [],
        choosingQuery: [],
      },
    ],
  });
});

test('report is for people too: from a pipe, with what a collector wrote before each line', async () => {
  const log = await day();
  const prefixed = log.replace(/^/gm, 'gateway-1  | 2026-01-02T03:04:05Z ');
  const { code, out } = run(['report'], openFolder(), {}, `${prefixed}panic: {"decision": no JSON\n`);
  expect(code).toBe(0);
  expect(out).toMatch(/^9 decisions, \S+ to \S+; 8 would have been refused$/m);
  expect(out).toMatch(
    /^ {2}7 {5}4 .* 1 +2 otp-required, 1 otp-create-refused, 1 record-unavailable {2}\S+ \S+ \S+$/m,
  );
  expect(out).toMatch(/^ {6}2x changed_to status Delivered$/m);
  expect(out).toMatch(/^modules:\n {2}DeliveryNotes:\n {4}knownFields:\n {6}- email\n {6}- status$/m);
  expect(out).toMatch(/^ {2}POST {4}2 .* \/api\/Invoices\/\*\/lines {2}\S+ \S+$/m);
});

test('reads that would have been refused beside guarded ones are told too', async () => {
  const rules = [deliveryRule({ on: ['read'], when: true, mode: 'shadow' })];
  const { rep, text } = await openShadow({ rules });
  expect((await rep.call('GET', '/api/DeliveryNotes')).status).toBe(200);
  await rep.call('GET', '/api/DeliveryNotes.json');
  await rep.call('GET', NOTE);
  const summary = createSummary();
  for (const line of (await text()).split('\n')) {
    const decision = decisionIn(line);
    if (decision) summary.add(decision);
  }
  const { rules: applying, unmappedReads } = summary.found();
  expect(applying).toMatchObject([{ rule: '7', requests: 1, would: { 'otp-required': 1 } }]);
  expect(unmappedReads.map(({ method, path, requests }) => [method, path, requests])).toEqual([
    ['GET', '/api/DeliveryNotes', 1],
    ['GET', '/api/DeliveryNotes.json', 1],
  ]);
});

test('report of a gateway that enforces says that nothing would have been refused', async () => {
  const { rep, text } = await openShadow({});
  await rep.deliver();
  await rep.call('POST', '/api/Invoices', {});
  const { code, out } = run(['report'], openFolder(), {}, await text());
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/^2 decisions, \S+ to \S+; none would have been refused\n$/),
  });
});

test('report ends with 4 where the log has no decision, with 1 where it cannot be read, with 2 for an unknown format', () => {
  const none = run(['report'], openFolder(), {}, '{"msg":"countersign is listening"}\n');
  expect(none).toMatchObject({ code: 4, err: expect.stringContaining('at level "info"') });
  expect(run(['report', '/nowhere/gateway.log'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('/nowhere/gateway.log cannot be read'),
  });
  expect(run(['report', '--format', 'xml'])).toMatchObject({ code: 2 });
});

test('a report does what no client wrote into the log', () => {
  const summary = createSummary();
  const line = (index: number) =>
    JSON.stringify({
      decision: 'd',
      request: 'r',
      verdict: 'pass',
      would: 'request-unreadable',
      method: 'PATCH',
      path: `/a/${index % 60}`,
      detail: `Leave out "\u001b[2J${index}".`,
    });
  for (let index = 0; index < 1_200; index++) {
    const decision = decisionIn(line(index));
    if (decision) summary.add(decision);
  }
  const text = summaryText(summary.found());
  expect(text).not.toContain('\u001b');
  expect(text.match(/^ {6}and 10 more, in --format json$/gm)).toHaveLength(51);
});
