import { askForCodes, askingOptions, closeNote, recordsOf, startOutside } from './codes.ts';
import { startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome } from './goal.ts';
import { measure } from './wrk.ts';

const WRONG_CODES_PER_SECOND = 200;
const EVERY_MS = 1000 / WRONG_CODES_PER_SECOND;

/** What callers of other paths notice of one who tries codes as fast as the limits allow, with limits that allow it. */
export async function measureUnderAttack({
  folder,
  rounds,
  seconds,
  onProgress,
}: Effort): Promise<readonly Outcome[]> {
  const outside = await startOutside();
  const gateway = await startGateway(folder, askingOptions(outside));
  const load = { method: 'GET', path: '/api/Other/%d' } as const;
  const calm: number[] = [];
  const attacked: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const before = await measure(gateway.url, load, seconds, folder);
      const records = recordsOf(Math.ceil((seconds * WRONG_CODES_PER_SECOND) / 90) + 1, 1 + round * 1000);
      await askForCodes(gateway.url, records);
      const stop = attack(gateway.url, records);
      const during = await measure(gateway.url, load, seconds, folder);
      const statuses = await stop();
      if (round > 0) {
        calm.push(before.p99Ms);
        attacked.push(during.p99Ms);
      }
      onProgress(
        `p99 ${before.p99Ms.toFixed(1)} ms, under attack ${during.p99Ms.toFixed(1)} ms (${JSON.stringify(statuses)})`,
      );
    }
  } finally {
    await gateway.stop();
    await outside.close();
  }
  const [without, within] = [medianOf(calm), medianOf(attacked)];
  return [
    {
      name: 'p99 of unguarded GET under 200 wrong codes a second, against none',
      figure: within / without,
      unit: 'ratio',
      goal: { atMost: 2 },
      made: { 'ms without': without, 'ms under attack': within },
    },
  ];
}

/** Sends wrong codes at that rate until it is told to stop; gives how many answers there were of each status. */
function attack(gateway: string, records: readonly string[]): () => Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const open = new Set<Promise<void>>();
  let sent = 0;
  const timer = setInterval(() => {
    const record = records[sent++ % records.length] ?? '1';
    const answered = closeNote(gateway, record, '000000').then((status) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      open.delete(answered);
    });
    open.add(answered);
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    return statuses;
  };
}
