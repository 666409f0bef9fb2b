import { expect, it } from 'vitest';
import type { Stage } from './scene.ts';

/** What passes: reads, saves to which no rule applies, and what the CRM answers to strangers. */
export function describeTraffic({ dialect, closing, open, isRead, refused }: Stage): void {
  const { fields, save, reads, harmless } = dialect;
  it.each([...reads, ...harmless])('lets $method $path pass as the CRM answers it', async (call) => {
    const scene = await open();
    const [direct, answer] = [await scene.sendToCrm(call), await scene.send(call)];
    expect(direct.status).toBeLessThan(300);
    expect([answer.status, answer.text]).toEqual([direct.status, direct.text]);
    expect(answer.result).toBeNull();
  });

  it('lets a save pass to which no rule applies', async () => {
    const scene = await open();
    const answer = await scene.send(save({ [fields.subject]: 'Three boxes' }));
    expect(answer.status).toBeLessThan(300);
    expect(scene.crm.stored()?.[fields.subject]).toBe('Three boxes');
    expect(scene.gateway.lastCode()).toBeUndefined();
  });

  it('reads the stored record with the credentials of the caller', async () => {
    const scene = await open();
    await scene.send(save(closing));
    const [request, ...others] = scene.crm.received;
    expect(others).toEqual([]);
    expect(request && isRead(request)).toBe(true);
    if (dialect.credentials !== null) {
      const own = request?.headers.find(([name]) => name.toLowerCase() === 'authorization');
      expect(own?.[1]).toBe(dialect.credentials);
    }
  });

  it('hands on what the CRM answers to somebody whom it does not know', async () => {
    const scene = await open();
    const answer = await scene.asStranger(save(closing));
    expect(answer.status).toBe(dialect.strangerStatus);
    expect(answer.result).toBeNull();
    expect(scene.gateway.lastCode()).toBeUndefined();
  });

  const { missing, respelt } = dialect;
  if (missing)
    it('hands on what the CRM answers where there is no such record', async () => {
      const scene = await open();
      const answer = await scene.send(missing[0]);
      expect([answer.status, answer.result]).toEqual([missing[1], null]);
    });

  if (respelt)
    it('refuses another spelling of the id, so that a record has one row in the ledger', async () => {
      const scene = await open();
      const own = await scene.send(save(closing));
      const answer = await scene.send(respelt, { 'OTPRULES-OTP-7': scene.code() });
      refused(own, 'otp-required');
      refused(answer, 'request-unreadable');
      expect(scene.crm.stored()?.[fields.status]).not.toBe('Closed');
    });
}
