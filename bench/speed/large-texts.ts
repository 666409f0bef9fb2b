import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Disturbance, measureBeside } from './beside.ts';
import { withAskingGateway } from './codes.ts';
import type { Effort, Outcome } from './goal.ts';

const BYTES = 8 * 1024 * 1024 - 100;
const BODIES_PER_SECOND = 2;

/** Texts that cost a reader much, in the guarded field, as many as a body may have. */
const TEXTS: Readonly<Record<string, string>> = {
  references: '&#68;',
  marks: 'D\u0301\u0302\u0303',
  NULs: '\\u0000',
  'astral characters': '\u{1f600}',
};

/** Without these they unpack to more of their size than a body may, and are refused for that. */
const DENSE_BYTES = 70_000;

/** What callers of other paths notice of a stranger who sends bodies that are small on their way and large to read. */
export async function measureLargeTexts(effort: Effort): Promise<readonly Outcome[]> {
  return withAskingGateway(effort.folder, async (gateway) => {
    const outcomes: Outcome[] = [];
    for (const dense of ['', randomBytes(DENSE_BYTES / 2).toString('hex')])
      for (const [label, text] of Object.entries(TEXTS))
        outcomes.push(await measureBeside(gateway, effort, bodiesOf(gateway, label, text, dense)));
    return outcomes;
  });
}

function bodiesOf(gateway: string, label: string, text: string, dense: string): Disturbance {
  const times = Math.floor((BYTES - dense.length) / Buffer.byteLength(text));
  const body = gzipSync(`{"note":"${dense}","status":"${text.repeat(times)}"}`);
  const size = `${Math.ceil(body.length / 1000)} kB of gzip`;
  return {
    name: `p99 of unguarded GET, ${BODIES_PER_SECOND} bodies a second of 8 MB of ${label} as ${size}, against none`,
    label,
    begin: async () => {
      const open = new Set<Promise<void>>();
      const timer = setInterval(() => {
        const answered = send(gateway, body).finally(() => open.delete(answered));
        open.add(answered);
      }, 1000 / BODIES_PER_SECOND);
      // What is left of them is none of the calm that comes next.
      return async () => {
        clearInterval(timer);
        await Promise.all(open);
      };
    },
  };
}

/** Sends one without credentials, and waits until it is answered, whatever the answer is. */
async function send(gateway: string, body: Uint8Array): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
  await new Promise<void>((resolve) =>
    request(`${gateway}/api/Notes/1`, { method: 'PATCH', headers }, (answer) => answer.resume())
      .on('close', resolve)
      .on('error', () => undefined)
      .end(body),
  );
}
