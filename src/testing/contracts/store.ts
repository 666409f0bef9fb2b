import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Row } from '../../core/ledger/row.ts';
import { NOT_TAKEN, type Step, stepTo } from '../../core/ledger/step.ts';
import { type LedgerRow, ROW_FORMAT, type StoredRow } from '../../core/ledger/stored-row.ts';
import { codeRows, grantRows, type Ledger, meterRows, type Rows, tallyRows } from '../../gate/ledger/rows.ts';
import type { LedgerStore } from '../../ports.ts';
import { systemClock } from '../../system/clock.ts';
import { asStored, DAY_MS, fullRow } from './full-row.ts';

/** A store to be examined. */
export type StoreUnderTest = {
  readonly store: LedgerStore;
  /** Lets the store's own time move on by at least one millisecond. */
  pass?(): void;
  /** How many rows a purge takes in one go, where it is not a thousand. */
  readonly rowsInOneGo?: number;
};

/** What every ledger store promises. */
export function describeLedgerStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a ledger store`, () => {
    const opened: LedgerStore[] = [];
    const open = async () => {
      const made = await make();
      opened.push(made.store);
      return made;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    it('knows no row that was never stored', async () => {
      const { store } = await open();
      expect((await store.find('nobody')).row).toBeUndefined();
    });

    it('gives a row back as it was stored', async () => {
      const { store } = await open();
      expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
      const stored = fullRow('a', 2);
      expect(await store.replace(stored, 1)).toBe(true);
      expect((await store.find('a')).row).toEqual(stored);
    });

    it('keeps rows apart by their keys, case and blanks included', async () => {
      const { store } = await open();
      for (const key of ['k', 'K', 'k ', 'k%', '']) {
        expect(await store.replace(fullRow(key, 1), 0)).toBe(true);
      }
      expect((await store.find('K')).row?.key).toBe('K');
      expect((await store.find('k ')).row?.key).toBe('k ');
    });

    it('cannot be changed through a row that was handed out or in', async () => {
      const { store } = await open();
      const given = fullRow('a', 1);
      await store.replace(given, 0);
      Object.assign(given.attempts, { used: 0 });
      const found = (await store.find('a')).row as (StoredRow & Row) | undefined;
      Object.assign(found?.attempts ?? {}, { used: 0 });
      expect((await store.find('a')).row).toMatchObject({ attempts: { used: 2 } });
    });

    it.each([
      ['a first row where one is stored', 0],
      ['an earlier version', 1],
      ['a later version', 3],
    ])('refuses %s', async (_, expected) => {
      const { store } = await open();
      await store.replace(fullRow('a', 1), 0);
      await store.replace(fullRow('a', 2), 1);
      expect(await store.replace(fullRow('a', 9), expected)).toBe(false);
      expect((await store.find('a')).row?.version).toBe(2);
    });

    it('refuses a version of a row that is not stored, and stores nothing', async () => {
      const { store } = await open();
      expect(await store.replace(fullRow('a', 6), 5)).toBe(false);
      expect((await store.find('a')).row).toBeUndefined();
    });

    it.each([
      ['first', 0],
      ['later', 1],
    ])('lets one of 200 parallel %s replacements win', async (_, expected) => {
      const { store } = await open();
      if (expected === 1) await store.replace(fullRow('a', 1), 0);
      const rows = Array.from({ length: 200 }, (_, index) => ({
        ...fullRow('a', expected + 1),
        purgeAt: 4e12 + index,
      }));
      const results = await Promise.all(rows.map((row) => store.replace(row, expected)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await store.find('a')).row).toEqual(rows[results.indexOf(true)]);
    });

    it('has a time of its own, in milliseconds, that moves', async () => {
      const made = await open();
      const { now } = await made.store.find('a');
      expect(now).toBeGreaterThan(1_600_000_000_000);
      expect(now).toBeLessThan(5_000_000_000_000);
      for (;;) {
        if (made.pass) made.pass();
        else await pause(2);
        const later = (await made.store.find('a')).now;
        expect(later).toBeGreaterThanOrEqual(now);
        if (later > now) break;
      }
    });

    it('purges the rows that nobody needs any more, and only these', async () => {
      const { store } = await open();
      const { now } = await store.find('a');
      await store.replace(fullRow('over', 1, now - 1), 0);
      await store.replace(fullRow('needed', 1, now + DAY_MS), 0);
      expect(await store.purge()).toBe(1);
      expect((await store.find('over')).row).toBeUndefined();
      expect((await store.find('needed')).row?.version).toBe(1);
      expect(await store.purge()).toBe(0);
    });

    it('purges more rows than fit in one go', async () => {
      const { store, rowsInOneGo = 1000 } = await open();
      const { now } = await store.find('a');
      const rows = Math.ceil(rowsInOneGo * 1.1);
      for (let index = 0; index < rows; index++) await store.replace(fullRow(`k${index}`, 1, now - 1), 0);
      expect(await store.purge()).toBe(rows);
    });

    it('takes a purged row as one that was never stored', async () => {
      const { store } = await open();
      const { now } = await store.find('a');
      await store.replace(fullRow('a', 1, now - 1), 0);
      await store.purge();
      expect(await store.replace(fullRow('a', 2), 1)).toBe(false);
      expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
    });

    it('is shared with a release that wrote no formats and no kinds: what it stored is read as what it is, and goes on', async () => {
      const { store } = await open();
      const { format: _, fencedUntil: __, kind, ...before } = { format: 0, ...usedRow('a') };
      // It lacks what that release did not write.
      await store.replace(before as unknown as StoredRow, 0);
      const ledger = { store, clock: systemClock };
      expect((await codeRows.locate(ledger, ['a'])).row).toEqual({ ...before, kind });
      const { outcome } = await codeRows.take(ledger, ['a'], (row) => stepTo(row, {}));
      expect(outcome.ok).toBe(true);
      expect((await store.find('a')).row).toMatchObject({
        format: ROW_FORMAT,
        version: 2,
        code: { state: { kind: 'used' } },
      });
    });

    it('is shared with a later release: what that stored is neither read nor stepped', async () => {
      const { store } = await open();
      const later = { ...usedRow('a'), format: ROW_FORMAT + 1, code: 'another meaning' };
      await store.replace(later as StoredRow, 0);
      const ledger = { store, clock: systemClock };
      await expect(codeRows.locate(ledger, ['a'])).rejects.toMatchObject({ code: 'store-unavailable' });
      await expect(codeRows.take(ledger, ['a'], (row) => stepTo(row, {}))).rejects.toThrow(
        /a later release wrote/,
      );
      expect((await store.find('a')).row).toEqual(later);
    });

    it.each([
      ['code', (ledger: Ledger) => stepped(codeRows, ledger)],
      ['tally', (ledger: Ledger) => stepped(tallyRows, ledger)],
      ['meter', (ledger: Ledger) => stepped(meterRows, ledger)],
      ['grant', (ledger: Ledger) => stepped(grantRows, ledger)],
    ])('keeps a row of the kind %s through its steps, and stores nothing for a step that changes nothing', async (kind, steps) => {
      const { store } = await open();
      expect(await steps({ store, clock: systemClock })).toEqual([0, 1, 2, 2]);
      expect((await store.find('a')).row).toMatchObject({ kind, version: 2, format: ROW_FORMAT });
    });

    it('is unavailable once it was closed, twice as well', async () => {
      const { store } = await open();
      await store.close();
      await store.close();
      await expect(store.find('a')).rejects.toMatchObject({ code: 'store-unavailable' });
      await expect(store.replace(fullRow('a', 1), 0)).rejects.toMatchObject({ code: 'store-unavailable' });
      await expect(store.purge()).rejects.toMatchObject({ code: 'store-unavailable' });
    });
  });
}

/** The versions of a row after a step that changes nothing, two that do, and one that is not taken. */
async function stepped<R extends LedgerRow>(rows: Rows<R>, ledger: Ledger): Promise<readonly number[]> {
  const unchanged = await rows.take(ledger, ['a'], (row) => ({ ok: true, row }));
  expect((await ledger.store.find('a')).row).toBeUndefined();
  // A store may let go of a row whose time is over, at once.
  const step = (row: R, now: number): Step<R> => {
    const { row: next } = stepTo(row, {});
    return { ok: true, row: { ...next, purgeAt: now + DAY_MS } };
  };
  const first = await rows.take(ledger, ['a'], step);
  const second = await rows.take(ledger, ['a'], step, first);
  const refused = await rows.take(ledger, ['a'], () => NOT_TAKEN, second);
  return [unchanged, first, second, refused].map(({ row }) => row.version);
}

/** A row whose code was used. */
function usedRow(key: string): StoredRow & Row {
  const row = fullRow(key, 1);
  const code = row.code && { ...row.code, state: { kind: 'used', save: 's1', at: 1 } as const };
  return asStored({ ...row, code });
}
