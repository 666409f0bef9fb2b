import { expect, onTestFinished, test } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { mysqlEquals } from '../harness/vtiger-php.ts';
import { RECORDED, type Recorded, SERVERS, sendRecorded } from '../harness/vtiger-replay.ts';

/**
 * Every spelling by which a running Vtiger was seen to close the ticket (ids, operations, names, media types, paths, cookies, JSON),
 * sent through a gateway whose rule wants a code for that. Unmapped writes are forwarded, so that nothing else stops them.
 */
for (const server of Object.keys(SERVERS) as Recorded['server'][]) {
  test(`no recorded request closes the ticket of server ${server} without a code`, async () => {
    const crm = await startVtiger(SERVERS[server]);
    onTestFinished(crm.close);
    const gateway = createTestGateway({
      listen: { port: 0 },
      admin: false,
      upstream: { url: crm.url },
      unmappedWrites: 'forward',
      modules: { HelpDesk: { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '17' } },
      rules: [
        {
          name: 'Closing',
          module: 'HelpDesk',
          when: { changed_to: ['ticketstatus', 'Closed'] },
          send: { auto: false, to: [{ channel: 'email', address: 'cf_852' }] },
        },
      ],
    });
    const port = Number(new URL((await gateway.listen()).url).port);
    onTestFinished(gateway.close);
    const rows = RECORDED.filter((row) => row.server === server);
    const closing = rows.filter(({ stored = '' }) => mysqlEquals(stored, 'Closed'));
    const passed: string[] = [];
    for (const row of rows) {
      crm.ticket['ticketstatus'] = 'Open';
      await sendRecorded(row, crm, port);
      const all = [...crm.state.records.values()].filter(({ module }) => module === 'HelpDesk');
      if (all.some(({ fields }) => mysqlEquals(fields['ticketstatus'] ?? '', 'Closed')))
        passed.push(row.name);
    }
    expect(closing.length).toBeGreaterThan(2);
    expect(passed).toEqual([]);
  });
}
