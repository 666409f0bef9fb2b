import { createSqliteStore } from '../../src/stores/sqlite/sqlite.ts';
import { fullRow } from './full-row.ts';

// One of several processes that step the same row of the same file: `race.ts <path> <steps to win>`.
const [path = '', wins = '0'] = process.argv.slice(2);
const store = createSqliteStore({ path, busyTimeoutMs: 20_000 });
let lost = 0;
for (let won = 0; won < Number(wins); ) {
  const version = (await store.find('shared')).row?.version ?? 0;
  if (await store.replace(fullRow('shared', version + 1), version)) won++;
  else lost++;
}
await store.close();
process.stdout.write(JSON.stringify({ lost }));
