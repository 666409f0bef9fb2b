import { expect, it } from 'vitest';
import type { Stage } from './scene.ts';

/** What is refused: writes that nobody maps or can judge, disguises, nonsense, mistakes. */
export function describeDisguises({ dialect, open, wire, refused }: Stage): void {
  it.each(
    dialect.unmapped,
  )('refuses $method $path, which no module maps, and lets it pass where the configuration says so', async (call) => {
    const closed = await open();
    refused(await closed.send(call), 'unmapped-write');
    expect(closed.crm.received).toEqual([]);
    const opened = await open({ unmappedWrites: 'forward' });
    expect((await opened.send(call, { 'OTPRULES-OTP-7': '123456' })).status).toBeLessThan(300);
    expect(opened.crm.received).toHaveLength(1);
    expect(wire(opened)).not.toMatch(/otprules/i);
  });

  it.each(
    dialect.unknown,
  )('refuses $method $path, which nobody can judge, whatever the configuration says', async (call) => {
    const scene = await open({ unmappedWrites: 'forward' });
    refused(await scene.send(call), 'unmapped-write');
    expect(scene.crm.received).toEqual([]);
  });

  it.each(dialect.disguises)('is not deceived by %s', async (_name, call) => {
    const unguarded = await open();
    const before = unguarded.crm.stored();
    await unguarded.sendToCrm(call);
    expect(unguarded.crm.stored()).not.toEqual(before);
    const scene = await open({ unmappedWrites: 'forward' });
    const answer = await scene.send(call);
    expect(dialect.refusalIn(answer).code).toEqual(expect.any(String));
    expect(answer.result).not.toBeNull();
    expect(scene.crm.stored()).toEqual(before);
  });

  it.each(dialect.nonsense)('refuses %s', async (_name, call) => {
    const scene = await open({ unmappedWrites: 'forward' });
    refused(await scene.send(call), 'request-unreadable');
    expect(scene.crm.received).toEqual([]);
  });

  it.each([
    ['fields that are not JSON', 'notJson'],
    ['fields that stand there twice', 'twice'],
    ['fields in the address', 'inTheAddress'],
    ['a record of no module', 'ofNoModule'],
    ['a record that is two', 'againstItself'],
    ['201 records at once', 'tooMany'],
  ] as const)('refuses the mistake of %s, in the words of the CRM', async (_name, mistake) => {
    const scene = await open();
    const before = scene.crm.stored();
    const answer = await scene.send(dialect.mistakes[mistake]);
    refused(answer, mistake === 'ofNoModule' ? 'unmapped-write' : 'request-unreadable');
    expect(scene.crm.received).toEqual([]);
    expect(scene.crm.stored()).toEqual(before);
  });
}
