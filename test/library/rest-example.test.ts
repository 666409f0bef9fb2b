import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { SECRET } from '../harness/delivery.ts';
import { PROGRAM } from '../harness/program.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const FILE = fileURLToPath(new URL('../../examples/rest/countersign.yaml', import.meta.url));
const env = { ...process.env, COUNTERSIGN_SECRET: SECRET };

describe('the configuration for a plain REST CRM', () => {
  test('has no problem', () => {
    const said = execFileSync(process.execPath, [PROGRAM, 'check', '-c', FILE], { env, encoding: 'utf8' });
    expect(said).not.toMatch(/error|warning/i);
  });

  test('does what its comments say', async () => {
    const crm = await openCrm();
    const outbox = createOutbox({ addressKind: 'email' });
    // As in the file, but for the ports and folders of this machine.
    const { rep } = await openGateway(
      {
        ...(parse(readFileSync(FILE, 'utf8')) as ConfigInput),
        ...{ secret: SECRET, listen: { port: 0 }, admin: false, upstream: { url: crm.url } },
        ...{ store: { kind: 'memory' }, audit: { kind: 'none' }, log: { level: 'silent' } },
      },
      { channels: { email: outbox } },
    );

    expect((await rep.call('POST', '/api/Comments', { text: 'x' })).status).toBe(200);
    const unmapped = await rep.call('POST', '/api/bulk', []);
    expect([unmapped.status, unmapped.result]).toEqual([403, 'unmapped-write']);
    expect((await rep.deliver()).status).toBe(428);
    expect(outbox.messages().at(-1)?.text).toBe(
      `${outbox.lastCode()} confirms that Two boxes was delivered. Share it only after that.`,
    );
    expect((await rep.deliver(outbox.lastCode())).code).toBe('used');

    const kept = await rep.call('DELETE', NOTE);
    expect(kept.json.rules?.map(({ header }) => header)).toEqual(['OTPRULES-OTP-8']);
    expect(crm.records.has('45')).toBe(true);
    const gone = await rep.call('DELETE', NOTE, undefined, { 'OTPRULES-OTP-8': outbox.lastCode() ?? '' });
    expect([gone.status, gone.code]).toEqual([204, 'used']);
    expect(crm.saves.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/Comments',
      `PATCH ${NOTE}`,
      `DELETE ${NOTE}`,
    ]);
  });
});
