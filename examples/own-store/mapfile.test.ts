import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLedgerStore } from 'countersign/testing/contracts';
import { onTestFinished } from 'vitest';
import mapfile from './mapfile.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describeLedgerStore('mapfile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mapfile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const context = { folder, clock: { now: Date.now }, log };
  const store = await mapfile.stores.mapfile.open({ path: 'ledger.json' }, context);
  // A purge takes all rows in one go, and each row that is stored here writes all of them.
  return { store, rowsInOneGo: 100 };
});
