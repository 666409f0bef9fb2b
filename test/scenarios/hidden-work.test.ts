import { expect, test } from 'vitest';
import { createNoAudit } from '../../src/audit/audit-none.ts';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { countryOfNumber } from '../../src/channels/phone.ts';
import { compileOptions } from '../../src/config/load.ts';
import { policyOf } from '../../src/core/rule/policy.ts';
import { jsonOf } from '../../src/core/wire/json.ts';
import { createGate } from '../../src/gate/gate.ts';
import type { Tools } from '../../src/gate/ledger/tools.ts';
import { createTurns } from '../../src/gate/turns.ts';
import type { Log, RecordReader } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { createCodeHasher } from '../../src/system/hasher.ts';
import { createKeyring } from '../../src/system/keyring.ts';
import { createMetrics } from '../../src/system/metrics.ts';
import { systemRandom } from '../../src/system/random.ts';
import { createTracing } from '../../src/system/tracing.ts';
import { gatewayOptions, SECRET } from '../harness/delivery.ts';
import { HIDDEN_MODULE, hiddenRule } from '../harness/hidden.ts';
import { PEOPLE } from '../harness/payslips.ts';

const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const REQUEST = { id: 'r1', method: 'POST', path: '/' };
const ASKER = {
  caller: { ip: '192.0.2.1', user: '', role: '', claims: new Map() },
  principal: () => 'bearer rep',
  request: REQUEST,
};

/** The same port, with a line in the journal for each call. */
function noting<T extends object>(port: T, journal: string[]): T {
  const entries = Object.entries(port).map(([name, call]) => [
    name,
    (...words: unknown[]) => {
      journal.push(name);
      return call(...words);
    },
  ]);
  return Object.fromEntries(entries) as T;
}

/** A gate whose every call of a port stands in the journal, with the CRM behind it. */
function openGate(rule = hiddenRule()) {
  const journal: string[] = [];
  const channels = { whatsapp: { kind: 'outbox', address: 'phone' } } as const;
  const modules = { Payslips: HIDDEN_MODULE };
  const options = gatewayOptions('http://127.0.0.1:1', { modules, channels, rules: [rule] });
  const loaded = compileOptions(options, {});
  if (!loaded.ok) throw new Error('the configuration is wrong');
  const clock = createHandClock(1_795_000_000_000);
  const outbox = createOutbox({ addressKind: 'phone' });
  const tools: Tools = {
    policy: policyOf(loaded.snapshot.rules),
    store: noting(createMemoryStore(clock), journal),
    keyring: createKeyring([SECRET]),
    hasher: noting(createCodeHasher({ secrets: [SECRET] }), journal),
    random: systemRandom,
    channels: new Map([['whatsapp', outbox]]),
    audit: noting(createNoAudit(), journal),
    clock,
    log: SILENT,
    metrics: createMetrics('0'),
    decisions: { take: () => undefined },
    tracing: createTracing('0', new Map()),
    limits: loaded.snapshot.limits,
    countryOf: countryOfNumber,
    publicUrl: undefined,
    events: { take: async () => undefined },
    answerWithinMs: 1000,
  };
  const reader: RecordReader = noting(
    {
      async read(_: string, id: string) {
        const found = PEOPLE[id];
        const answer = { status: found ? 200 : 404, headers: [], body: new Uint8Array() };
        if (!found) return { kind: 'withheld', answer, isMissing: true } as const;
        return { kind: 'found', record: { fields: jsonOf(found) as Map<string, never> }, answer } as const;
      },
      vouchesFor: async () => false,
      chosenBy: () => [],
    },
    journal,
  );
  const [compiled] = loaded.snapshot.rules;
  if (!compiled) throw new Error('there is no rule');
  const gate = createGate(tools, createTurns({ waitMs: 1000, maxWaiting: 10 }));
  return { journal, clock, outbox, gate, reader, rule: compiled };
}

/** What a conversation about the value costs, call by call; `record` is what the lookup found. */
async function costOf(value: string, record: string | undefined, rule = hiddenRule()) {
  const { journal, clock, outbox, gate, reader, rule: compiled } = openGate(rule);
  const mark = (text: string) => journal.push(`-- ${text}`);
  let handle = '';
  const identify = async () => {
    mark('identify');
    const find = async () => {
      journal.push('lookUp');
      return { kind: 'told', record } as const;
    };
    const answer = await gate.identify({ ...ASKER, reader, rule: compiled, value, find });
    mark('answered');
    if (answer.kind !== 'done') return;
    handle = answer.row.record ?? '';
    await answer.after?.();
  };
  const about = () => ({ ...ASKER, reader, rule: '9', record: handle, values: undefined });
  await identify();
  await identify();
  clock.advance(30_000);
  mark('resend');
  const again = await gate.challenge(about());
  mark('answered');
  if (again.kind === 'done') await again.after?.();
  for (const code of ['000000', 'none', '111111', '222222', '333333']) {
    mark('grant');
    await gate.grant({ ...about(), code });
  }
  mark('standing');
  await gate.standing({ ...about(), waitMs: 0 });
  return { journal, messages: outbox.messages().length };
}

test.each([
  ['nobody', '9999', undefined],
  ['somebody without an address', '4722', 'p2'],
  ['somebody whom the CRM does not show', '4723', 'p3'],
])('%s costs as many calls of the ledger, the hasher, the CRM and the audit, in the same order', async (_, value, record) => {
  for (const resend of ['new', 'same'] as const) {
    const rule = hiddenRule({ code: { resend } });
    const known = await costOf('4721', 'p1', rule);
    const other = await costOf(value, record, rule);
    expect(other.journal).toEqual(known.journal);
    expect([known.messages, other.messages]).toEqual([2, 0]);
    const count = (name: string) => known.journal.filter((each) => each === name).length;
    expect([count('hash'), count('matches'), count('read')]).toEqual([
      resend === 'new' ? 2 : 1,
      resend === 'new' ? 6 : 3,
      2,
    ]);
  }
});

test('the CRM is asked for the record when the answer is there, and not before', async () => {
  const { journal } = await costOf('4721', 'p1');
  expect(journal.indexOf('read')).toBeGreaterThan(journal.indexOf('-- answered'));
});
