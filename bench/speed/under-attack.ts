import { measureBeside } from './beside.ts';
import { askForCodes, closeNote, recordsOf, withAskingGateway } from './codes.ts';
import type { Effort, Outcome } from './goal.ts';

const WRONG_CODES_PER_SECOND = 200;
const EVERY_MS = 1000 / WRONG_CODES_PER_SECOND;

/** What callers of other paths notice of one who tries codes as fast as the limits allow, with limits that allow it. */
export async function measureUnderAttack(effort: Effort): Promise<readonly Outcome[]> {
  const { folder, seconds, onProgress } = effort;
  const outcome = await withAskingGateway(folder, (gateway) =>
    measureBeside(gateway, effort, {
      name: `p99 of unguarded GET under ${WRONG_CODES_PER_SECOND} wrong codes a second, against none`,
      label: 'under attack',
      begin: async (round) => {
        const records = recordsOf(Math.ceil((seconds * WRONG_CODES_PER_SECOND) / 90) + 1, 1 + round * 1000);
        await askForCodes(gateway, records);
        const stop = attack(gateway, records);
        return async () => onProgress(`wrong codes were answered ${JSON.stringify(await stop())}`);
      },
    }),
  );
  return [outcome];
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
