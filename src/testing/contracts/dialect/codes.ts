import { expect, it } from 'vitest';
import { refuse } from '../../stand-in.ts';
import type { Stage } from './scene.ts';
import type { Call } from './under-test.ts';

/** A code is asked for, taken from every place, compared, spent, kept and held. */
export function describeCodes({ dialect, closing, open, isRead, wire, refused }: Stage): void {
  const { fields, save, places } = dialect;
  it('refuses in the form of the CRM a save to which a rule applies', async () => {
    const scene = await open();
    const answer = await scene.send(save(closing));
    refused(answer, 'otp-required');
    expect(answer.status).toBe(dialect.refusalStatus ?? 428);
    expect(dialect.refusalIn(answer).rules).toMatchObject([
      { rule: '7', field: expect.stringMatching(/^OTPRULES_OTP_/) },
    ]);
    expect(answer.text).not.toContain(scene.code());
    expect(scene.crm.stored()?.[fields.status]).not.toBe('Closed');
  });

  it.each([
    'OTPRULES-OTP-7',
    'otprules_otp_closingco',
    'OTPRULES-OTP',
  ])('takes the code in the header %s, and the CRM sees none', async (header) => {
    const scene = await open();
    await scene.send(save(closing));
    const value = header === 'OTPRULES-OTP' ? `7=${scene.code()}` : scene.code();
    const answer = await scene.send(save(closing), { [header]: value });
    expect([answer.result, answer.code]).toEqual(['verified', 'used']);
    expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
    expect(wire(scene)).not.toMatch(/otprules/i);
  });

  it.each(
    places.flatMap((_, place) =>
      ['OTPRULES_OTP_7', 'otprules-otp-ClosingCo'].map((name) => [name, place] as const),
    ),
  )('takes the code as the field %s in place %i of the body, and the CRM sees none', async (field, place) => {
    const scene = await open();
    await scene.send(save(closing));
    const call = places[place]?.(closing, { [field]: scene.code() });
    const answer = await scene.send(call as Call);
    expect([answer.result, answer.code]).toEqual(['verified', 'used']);
    expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
    expect(wire(scene)).not.toMatch(/otprules/i);
  });

  it('sends no code on with a save to which no rule applies', async () => {
    const scene = await open();
    for (const place of places)
      await scene.send(place({ [fields.subject]: 'x' }, { OTPRULES_OTP_99: '123456' }));
    expect(scene.crm.received.length).toBeGreaterThan(0);
    expect(wire(scene)).not.toMatch(/otprules|123456/i);
  });

  it('refuses a code in the address', async () => {
    const scene = await open();
    const call = save(closing);
    const mark = call.path.includes('?') ? '&' : '?';
    refused(
      await scene.send({ ...call, path: `${call.path}${mark}OTPRULES_OTP_7=123456` }),
      'request-unreadable',
    );
    expect(scene.crm.received).toEqual([]);
  });

  it('refuses a wrong code in the words of the CRM, and a used one', async () => {
    const scene = await open();
    await scene.send(save(closing));
    const wrong = String((Number(scene.code()) + 1) % 1_000_000).padStart(6, '0');
    refused(await scene.send(save(closing), { 'OTPRULES-OTP-7': wrong }), 'otp-invalid');
    await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() });
    await scene.send(save({ [fields.status]: 'Open' }));
    refused(await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() }), 'otp-used');
  });

  it('keeps the code where the CRM does not save', async () => {
    const scene = await open();
    await scene.send(save(closing));
    scene.crm.answerWith((received, response, proceed) =>
      isRead(received) ? proceed() : dialect.refuses(received, response, proceed),
    );
    const first = await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() });
    expect(first.code).toBe('kept');
    scene.crm.answerWith();
    const second = await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() });
    expect(second.code).toBe('used');
    expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
  });

  it('holds the code where nobody knows whether it was saved', async () => {
    const scene = await open();
    await scene.send(save(closing));
    const fails = refuse(500);
    scene.crm.answerWith((received, response, proceed) =>
      isRead(received) ? proceed() : fails(received, response, proceed),
    );
    expect((await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() })).code).toBe('held');
  });
}
