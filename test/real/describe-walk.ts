import { afterAll, describe, expect, it } from 'vitest';
import type { System } from '../../bench/real/system.ts';
import { walk } from '../../bench/real/walk.ts';

/** Walks through a real server that is light enough for the suite. `least`: how much it has to be at the least. */
export async function describeWalk(
  name: string,
  system: System,
  least: { readonly works: number; readonly doors: number },
): Promise<void> {
  const rows = await walk(name, system);
  const of = (part: string) => rows.filter((row) => row.part === part);
  afterAll(() => system.stop());

  describe(`${name} behind the gateway`, () => {
    it('is walked through', () => {
      expect(of('works').length).toBeGreaterThanOrEqual(least.works);
      expect(of('story')).toHaveLength(3);
      expect(of('door').length).toBeGreaterThanOrEqual(least.doors);
    });

    it.each(of('works'))('does what no rule is about: $what', ({ note }) => {
      expect(note).toBe('');
    });

    it.each(of('story'))('goes the whole way of a guarded save: $what', ({ ok, note }) => {
      expect({ ok, note }).toMatchObject({ ok: true });
    });

    it.each(of('door'))('stores nothing without a code by this door: $what', ({ ok, note }) => {
      expect({ ok, note }).toMatchObject({ ok: true });
    });
  });
}
