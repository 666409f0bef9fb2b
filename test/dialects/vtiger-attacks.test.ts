import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { tokenOf } from '../harness/vtiger-interface.ts';
import { mysqlEquals } from '../harness/vtiger-mysql.ts';
import { placeholders } from '../harness/vtiger-placeholders.ts';
import { RECORDED, type Recorded, SERVERS, sendRecorded } from '../harness/vtiger-replay.ts';
import { LIMITED_SESSION, SECOND_SESSION, SESSION } from '../harness/vtiger-seed.ts';
import type { VtigerCrm } from '../harness/vtiger-state.ts';

/** A gateway whose rule wants a code for the closing of a ticket, and for everything that its fields do not show. */
async function guard(crm: VtigerCrm, unmappedWrites: ConfigInput['unmappedWrites']): Promise<number> {
  const send = { auto: false, to: [{ channel: 'email', address: 'cf_852' }] };
  const gateway = createTestGateway({
    listen: { port: 0 },
    admin: false,
    upstream: { url: crm.url },
    unmappedWrites,
    modules: { HelpDesk: { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '17' } },
    rules: [{ name: 'Closing', module: 'HelpDesk', when: { changed_to: ['ticketstatus', 'Closed'] }, send }],
  });
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  return Number(new URL(url).port);
}

async function start(server: Recorded['server']): Promise<VtigerCrm> {
  const crm = await startVtiger(SERVERS[server]);
  onTestFinished(crm.close);
  crm.state.syncs.set(KEY, { source: 'OUTLOOK', records: new Map() });
  return crm;
}

const KEY = '6b0124abc6267';
/** Secrets of a caller who is logged in at every door, and whose program is registered. */
const known = placeholders({
  ...Object.fromEntries(['', '3', '4', '5', '6'].map((number) => [`SESSION${number}`, SESSION])),
  SESSION2: SECOND_SESSION,
  SESSION_LIMITED: LIMITED_SESSION,
  MOBILE_SESSION: SESSION,
  PHPSESSID: SESSION,
  CSRF: tokenOf(SESSION),
  WSAPPKEY: KEY,
});

const closed = ({ state }: VtigerCrm) =>
  [...state.records.values()].filter(
    ({ module: type, fields }) => type === 'HelpDesk' && mysqlEquals(fields['ticketstatus'] ?? '', 'Closed'),
  ).length;

/** Sends recorded requests one by one to an open ticket, and tells which of them closed it. */
async function closingOf(rows: readonly Recorded[], crm: VtigerCrm, port: number): Promise<string[]> {
  const names: string[] = [];
  for (const row of rows) {
    crm.ticket['ticketstatus'] = 'Open';
    const before = closed(crm);
    await sendRecorded(row, known, crm.state, port);
    if (closed(crm) > before) names.push(row.name);
  }
  return names;
}

const SERVER_NAMES = Object.keys(SERVERS) as Recorded['server'][];

/**
 * Every way by which a running Vtiger was seen to close a ticket: ids, operations, names, media types, paths, cookies, JSON; at
 * `webservice.php`, in the user interface and by the mobile API.
 */
describe.each(SERVER_NAMES)('recorded requests to server %s', (server) => {
  const rows = RECORDED.filter((row) => row.server === server);
  const isOurs = ({ request }: Recorded) => !/^\/(?:index\.php|modules\/Mobile\/)/.test(request.path);

  test('close the ticket where no gateway is', async () => {
    const crm = await start(server);
    const wanted = rows.filter(
      ({ before, stored }) => before?.includes('open') && mysqlEquals(stored?.['5'] ?? '', 'Closed'),
    );
    const names = await closingOf(rows, crm, crm.port);
    expect(wanted.length).toBeGreaterThan(2);
    expect(names).toEqual(expect.arrayContaining(wanted.map(({ name }) => name)));
  });

  test('do not close it without a code', async () => {
    const crm = await start(server);
    expect(await closingOf(rows, crm, await guard(crm, 'refuse'))).toEqual([]);
  });

  test('do not close it at webservice.php, even where writes that nobody maps go on', async () => {
    const crm = await start(server);
    expect(await closingOf(rows.filter(isOurs), crm, await guard(crm, 'forward'))).toEqual([]);
  });
});
