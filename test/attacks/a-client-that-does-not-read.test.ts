import { expect, test } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { openRaw, rawRequest } from '../harness/raw.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openWorld } from '../harness/world.ts';

test('keeps nobody else from the record', async () => {
  const note = 'x'.repeat(6_000_000);
  const { crm, rep, url } = await openWorld(
    { upstream: { timeout: '10s' } },
    { records: { '45': { ...STORED, note } } },
  );
  const idle = await openRaw(Number(new URL(url).port));
  idle.socket.pause();
  idle.send(
    rawRequest(
      `PATCH ${NOTE}`,
      ['Content-Type: application/json'],
      JSON.stringify({ email: STORED['email'] }),
    ),
  );
  await until(() => crm.saves.length === 1);
  expect((await rep.deliver()).result).toBe('otp-required');
  idle.close();
});
