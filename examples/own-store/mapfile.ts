import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CountersignError, type LedgerStore, type Plugin, type StoredRow } from 'countersign/plugin';
import { z } from 'zod';

/** One JSON file, read once and written whole after each step. It stands for a store of your own; one process only. */
async function openMapFile(path: string): Promise<LedgerStore> {
  const rows = new Map<string, StoredRow>(Object.entries(await readJson(path)));
  let isOpen = true;
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other, so that what is compared is what is replaced. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = last.then(() => {
      if (!isOpen) throw new CountersignError('store-unavailable', 'the store is closed');
      return step();
    });
    last = turn.catch(() => undefined);
    return turn;
  }

  async function save(): Promise<void> {
    await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(rows)), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }

  return {
    find: (key) => inTurn(async () => ({ row: structuredClone(rows.get(key)), now: Date.now() })),
    replace: (next, expected) =>
      inTurn(async () => {
        const earlier = rows.get(next.key);
        if ((earlier?.version ?? 0) !== expected) return false;
        rows.set(next.key, structuredClone(next));
        try {
          await save();
        } catch (cause) {
          if (earlier) rows.set(next.key, earlier);
          else rows.delete(next.key);
          throw new CountersignError('store-unavailable', `${path} cannot be written`, { cause });
        }
        return true;
      }),
    purge: () =>
      inTurn(async () => {
        const over = [...rows.values()].filter(({ purgeAt }) => purgeAt <= Date.now());
        for (const { key } of over) rows.delete(key);
        if (over.length > 0) await save();
        return over.length;
      }),
    close: async () => {
      await last;
      isOpen = false;
    },
  };
}

async function readJson(path: string): Promise<Record<string, StoredRow>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, StoredRow>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

// biome-ignore lint/style/noDefaultExport: that is what a plug-in is
export default {
  name: 'mapfile',
  stores: {
    mapfile: {
      schema: z.strictObject({ path: z.string().min(1).describe('The file.') }),
      open: ({ path }: { readonly path: string }, { folder }) => openMapFile(resolve(folder, path)),
    },
  },
} satisfies Plugin;
