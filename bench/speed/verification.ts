import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { askForCodes, askingOptions, closeNote, forEach, recordsOf, startOutside } from './codes.ts';
import { startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome } from './goal.ts';
import { MEASURED_CORE, pinned } from './pinned.ts';

const ARGON2_ALONE = fileURLToPath(new URL('./argon2-alone.ts', import.meta.url));
const RECORDS = 100;
const AT_ONCE = 8;

/** Verified saves a second, against argon2id at the same cost on the same core with nothing around it. */
export async function measureVerification({
  folder,
  rounds,
  onProgress,
}: Effort): Promise<readonly Outcome[]> {
  const outside = await startOutside();
  const gateway = await startGateway(folder, askingOptions(outside));
  const saves: number[] = [];
  const hashes: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const records = recordsOf(RECORDS, 1 + round * RECORDS);
      await askForCodes(gateway.url, records);
      const started = performance.now();
      await forEach(records, AT_ONCE, async (record) => {
        const status = await closeNote(gateway.url, record, outside.codeOf(record));
        if (status !== 200) throw new Error(`the code for ${record} was not taken: ${status}`);
      });
      saves.push(RECORDS / ((performance.now() - started) / 1000));
      hashes.push(await hashesPerSecond());
      onProgress(`verification, round ${round + 1} of ${rounds}: ${saves.at(-1)?.toFixed(1)} saves a second`);
    }
  } finally {
    await gateway.stop();
    await outside.close();
  }
  const [ours, alone] = [medianOf(saves), medianOf(hashes)];
  return [
    {
      name: 'verified saves a second, against argon2id alone',
      figure: ours / alone,
      unit: 'ratio',
      goal: { atLeast: 0.85 },
      made: { 'verified saves': ours, hashes: alone },
    },
  ];
}

async function hashesPerSecond(): Promise<number> {
  const [program, args] = pinned(MEASURED_CORE, process.execPath, [ARGON2_ALONE, String(RECORDS)]);
  const { stdout } = await promisify(execFile)(program, args);
  return Number(stdout);
}
