import { once } from 'node:events';
import { request } from 'node:http';
import { startOutside } from './codes.ts';
import { optionsFor, startGateway } from './gateway.ts';
import type { Effort, Outcome } from './goal.ts';
import type { Running } from './server.ts';

const MEGABYTE = Buffer.alloc(1 << 20, 'countersign ');
const BOUNDARY = 'b-o-u-n-d-a-r-y';

/** How much larger the gateway gets while much more than that goes through it. */
export async function measureMemory({ folder, onProgress }: Effort): Promise<readonly Outcome[]> {
  const outside = await startOutside();
  const options = optionsFor(outside.crm, {
    rules: 1,
    modules: 1,
    when: { changed_to: ['status', 'Closed'] },
  });
  try {
    const plain = await growthDuring(await startGateway(folder, options), (url) =>
      upload(`${url}/files/1`, [], 1024, []),
    );
    onProgress(`1 GB unguarded: ${plain.toFixed(1)} MB`);
    const form = await growthDuring(await startGateway(folder, options), async (url) => {
      for (let time = 0; time < 10; time++) await uploadForm(`${url}/api/Notes/45`);
    });
    onProgress(`8 MB guarded multipart, ten times: ${form.toFixed(1)} MB`);
    const outcome = (name: string, figure: number): Outcome => ({
      name,
      figure,
      unit: 'MB',
      goal: { atMost: 64 },
      made: {},
    });
    return [
      outcome('memory that 1 GB of unguarded upload takes', plain),
      outcome('memory that 8 MB of guarded multipart take', form),
    ];
  } finally {
    await outside.close();
  }
}

/** Megabytes at most above what it held before, once it had seen some traffic. */
async function growthDuring(gateway: Running, task: (url: string) => Promise<void>): Promise<number> {
  try {
    await upload(`${gateway.url}/files/1`, [], 16, []);
    await uploadForm(`${gateway.url}/api/Notes/45`);
    const { now } = gateway.memoryMb();
    gateway.forgetPeak();
    await task(gateway.url);
    return gateway.memoryMb().peak - now;
  } finally {
    await gateway.stop();
  }
}

function uploadForm(url: string): Promise<void> {
  const part = (head: string) =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`);
  const head = [part('name="status"'), Buffer.from('Open\r\n'), part('name="file"; filename="a.bin"')];
  const tail = [Buffer.from(`\r\n--${BOUNDARY}--\r\n`)];
  return upload(url, head, 8, tail, `multipart/form-data; boundary=${BOUNDARY}`);
}

async function upload(
  url: string,
  head: readonly Buffer[],
  megabytes: number,
  tail: readonly Buffer[],
  type = 'application/octet-stream',
): Promise<void> {
  const outgoing = request(url, { method: 'PUT', agent: false, headers: { 'content-type': type } });
  const answered = once(outgoing, 'response');
  for (const piece of head) outgoing.write(piece);
  for (let sent = 0; sent < megabytes; sent++) if (!outgoing.write(MEGABYTE)) await once(outgoing, 'drain');
  for (const piece of tail) outgoing.write(piece);
  outgoing.end();
  const [answer] = await answered;
  await once(answer.resume(), 'end');
  if (answer.statusCode !== 200) throw new Error(`an upload was answered with ${answer.statusCode}`);
}
