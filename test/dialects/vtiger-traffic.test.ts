import { describe, expect, onTestFinished, test } from 'vitest';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { RECORDED, type Recorded, SERVERS, sendRecorded } from '../harness/vtiger-replay.ts';
import type { VtigerCrm } from '../harness/vtiger-state.ts';

/*
 * 414 of the 502 requests that were recorded. Left out are what the stand-in has no door for (user interface, mobile API, cloud),
 * `wsapp_register`, `wsapp_map` and updates by `wsapp_put`, `sync`, `convertlead`, `changePassword`, expired sessions and tokens, and
 * the lenient half of the 8.4 decoder.
 */
describe('the stand-in answers as a running Vtiger 8.0.0 was recorded to', () => {
  for (const server of Object.keys(SERVERS) as Recorded['server'][]) {
    const rows = RECORDED.filter((row) => row.server === server);
    test(`server ${server}: ${rows.length} requests`, async () => {
      const crm = await startVtiger(SERVERS[server]);
      onTestFinished(crm.close);
      const deviations: unknown[] = [];
      for (const row of rows) {
        if (row.stored !== undefined && !row.continues) crm.ticket['ticketstatus'] = 'Open';
        const got = await replay(row, crm);
        const { status, success, code, id, rows: count, stored } = row;
        const wanted = { status, success, code, id, rows: count, stored };
        if (JSON.stringify(got) !== JSON.stringify(wanted)) deviations.push({ name: row.name, wanted, got });
      }
      expect(deviations).toEqual([]);
    });
  }
});

async function replay(row: Recorded, crm: VtigerCrm): Promise<object> {
  const answer = await sendRecorded(row, crm, crm.port);
  const envelope = envelopeIn(answer.body);
  return {
    status: answer.status,
    ...('success' in envelope && { success: envelope.success }),
    ...(envelope.error && { code: envelope.error.code }),
    ...(row.id !== undefined && { id: envelope.result?.id }),
    ...(row.rows !== undefined && { rows: envelope.result?.length }),
    ...(row.stored !== undefined && { stored: crm.ticket['ticketstatus'] }),
  };
}

type Envelope = {
  readonly success?: boolean;
  readonly error?: { readonly code: string | number };
  readonly result?: { readonly id?: string; readonly length?: number };
};

function envelopeIn(text: string): Envelope {
  try {
    return JSON.parse(text) as Envelope;
  } catch {
    return {};
  }
}
