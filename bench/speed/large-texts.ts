import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { askingOptions, startOutside } from './codes.ts';
import { startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome } from './goal.ts';
import { measure } from './wrk.ts';

const BYTES = 8 * 1024 * 1024 - 100;
const BODIES_PER_SECOND = 2;

/** Texts that cost a reader much, in the guarded field, as many as a body may have. */
const TEXTS: Readonly<Record<string, string>> = {
  references: '&#68;',
  marks: 'D\u0301\u0302\u0303',
  NULs: '\\u0000',
  'astral characters': '\u{1f600}',
};

/** What callers of other paths notice of a stranger who sends bodies that are small on their way and large to read. */
export async function measureLargeTexts({
  folder,
  rounds,
  seconds,
  onProgress,
}: Effort): Promise<readonly Outcome[]> {
  const outside = await startOutside();
  const gateway = await startGateway(folder, askingOptions(outside));
  const load = { method: 'GET', path: '/api/Other/%d' } as const;
  const outcomes: Outcome[] = [];
  try {
    for (const [name, text] of Object.entries(TEXTS)) {
      const body = gzipSync(`{"status":"${text.repeat(Math.floor(BYTES / Buffer.byteLength(text)))}"}`);
      const calm: number[] = [];
      const attacked: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const before = await measure(gateway.url, load, seconds, folder);
        const timer = setInterval(() => send(gateway.url, body), 1000 / BODIES_PER_SECOND);
        const during = await measure(gateway.url, load, seconds, folder);
        clearInterval(timer);
        if (round > 0) {
          calm.push(before.p99Ms);
          attacked.push(during.p99Ms);
        }
        onProgress(`${name}: p99 ${before.p99Ms.toFixed(1)} ms, meanwhile ${during.p99Ms.toFixed(1)} ms`);
      }
      const [without, within] = [medianOf(calm), medianOf(attacked)];
      outcomes.push({
        name: `p99 of unguarded GET, ${BODIES_PER_SECOND} bodies a second of 8 MB of ${name} as ${Math.ceil(body.length / 1000)} kB of gzip, against none`,
        figure: within / without,
        unit: 'ratio',
        goal: { atMost: 2 },
        made: { 'ms without': without, 'ms under attack': within },
      });
    }
  } finally {
    await gateway.stop();
    await outside.close();
  }
  return outcomes;
}

/** Sends one without credentials, and does not care what becomes of it. */
function send(gateway: string, body: Uint8Array): void {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
  request(`${gateway}/api/Notes/1`, { method: 'PATCH', headers }, (answer) => answer.resume())
    .on('error', () => undefined)
    .end(body);
}
