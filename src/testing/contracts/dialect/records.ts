import { expect, it } from 'vitest';
import type { Stage } from './scene.ts';

/** What else a rule guards: several records, addresses, deletions and creations. */
export function describeRecords({ dialect, closing, open, refused }: Stage): void {
  const { fields, save, remove } = dialect;
  const { pair } = dialect;
  if (pair)
    it('wants a code for each of two records, and saves both or none', async () => {
      const scene = await open();
      const own = String(scene.crm.stored()?.[fields.email]);
      const first = await scene.send(pair.save(closing));
      refused(first, 'otp-required');
      expect(dialect.refusalIn(first).rules).toMatchObject(pair.ids.map((record) => ({ rule: '7', record })));
      const codes = [own, pair.email].map((email) => scene.gateway.lastCode(email));
      const [one, both] = [1, 2].map((count) =>
        pair.ids
          .slice(0, count)
          .map((record, index) => `7/${record}=${codes[index]}`)
          .join(', '),
      );
      refused(await scene.send(pair.save(closing), { 'OTPRULES-OTP': one ?? '' }), 'otp-required');
      expect(scene.crm.stored()?.[fields.status]).not.toBe('Closed');
      const answer = await scene.send(pair.save(closing), { 'OTPRULES-OTP': both ?? '' });
      expect(answer.code).toBe('used');
      expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
    });

  it('guards the address that codes go to', async () => {
    const scene = await open();
    refused(await scene.send(save({ [fields.email]: 'rep@example.com' })), 'otp-required');
    expect(scene.gateway.lastCode('rep@example.com')).toBeUndefined();
    expect(scene.crm.stored()?.[fields.email]).not.toBe('rep@example.com');
  });

  it('asks for a code before a record is deleted', async () => {
    const scene = await open();
    refused(await scene.send(remove), 'otp-required');
    expect(scene.crm.stored()).toBeDefined();
    const answer = await scene.send(remove, { 'OTPRULES-OTP-8': scene.code() });
    expect(answer.code).toBe('used');
    expect(scene.crm.stored()).toBeUndefined();
  });

  it('creates a record, but none in a state to which a rule applies', async () => {
    const scene = await open();
    refused(await scene.send(dialect.create({ [fields.subject]: 'New', ...closing })), 'otp-create-refused');
    expect(scene.crm.received).toEqual([]);
    const answer = await scene.send(dialect.create({ [fields.subject]: 'New', [fields.status]: 'Open' }));
    expect(answer.status).toBeLessThan(300);
    expect(scene.crm.received).toHaveLength(1);
  });
}
