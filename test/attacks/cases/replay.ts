import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendRaw } from '../../harness/raw.ts';
import { until } from '../../harness/until.ts';
import { type Case, configOf, recordsOf, type Step } from './case.ts';
import type { HostAnswer, HostCall, Opening } from './gateway-host.ts';
import type { Exchange, Story } from './judge.ts';
import { type Mailroom, openMailroom } from './mailroom.ts';
import { type Shop, startShop } from './shop.ts';

/** Plays cases, one by one, through gateways in a process of their own. */
export type Player = { play(one: Case): Promise<Story>; close(): Promise<void> };

export async function openPlayer(): Promise<Player> {
  const root = mkdtempSync(join(tmpdir(), 'countersign-cases-'));
  const mailroom = await openMailroom();
  const audit = join(root, 'audit.jsonl');
  const host = fork(new URL('gateway-host.ts', import.meta.url), [audit], {
    env: {
      ...process.env,
      COUNTERSIGN_SECRET: 'a secret for tests, which nobody needs to keep',
      HOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    },
  });
  let played = 0;
  return {
    async play(one) {
      const folder = join(root, String(played++));
      mkdirSync(folder);
      mailroom.clear();
      const shop = await startShop(recordsOf(one), one.crm);
      try {
        return await playWith(one, { host, folder, audit, mailroom, shop });
      } finally {
        await shop.close();
      }
    },
    async close() {
      const over = once(host, 'exit');
      host.kill('SIGKILL');
      await over;
      await mailroom.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

type Scene = {
  readonly host: ChildProcess;
  readonly folder: string;
  /** Where all cases are written down. */
  readonly audit: string;
  readonly mailroom: Mailroom;
  readonly shop: Shop;
};

async function playWith(one: Case, scene: Scene): Promise<Story> {
  const { host, folder, audit, mailroom, shop } = scene;
  const port = await openOn(host, placed(one, scene));
  const outbox = join(folder, 'outbox');
  const exchanges: Exchange[] = [];
  let code = '';
  for (const [number, step] of (one.requests ?? []).entries()) {
    if (typeof step !== 'string' && !('bytes' in step)) {
      code = (await between(step, scene, outbox)) ?? code;
      continue;
    }
    const arrivedBefore = shop.received.length;
    const auditBefore = linesOf(audit).length;
    const bytes = typeof step === 'string' ? bytesOf(step, code) : step.bytes;
    await heldMsOf(host);
    const answer = await sendRaw(port, bytes);
    const heldMs = await heldMsOf(host);
    code = mailroom.read(outbox).at(-1)?.code ?? code;
    exchanges.push({
      number,
      bytes,
      answer,
      heldMs,
      arrived: shop.received.slice(arrivedBefore),
      audit: linesOf(audit)
        .slice(auditBefore)
        .map((line) => JSON.parse(line)),
    });
  }
  const log = join(folder, 'log.jsonl');
  return {
    exchanges,
    sent: [...mailroom.read(outbox)],
    log: existsSync(log) ? readFileSync(log, 'utf8') : '',
  };
}

/** What a case does between two requests; the code that is meant from here on, where it says so. */
async function between(
  step: Exclude<Step, string | { readonly bytes: Buffer }>,
  { mailroom, shop }: Scene,
  outbox: string,
): Promise<string | undefined> {
  if ('setRecord' in step) {
    shop.set(step.setRecord, step.fields);
    return undefined;
  }
  if ('codeOf' in step) return mailroom.read(outbox).findLast(({ address }) => address === step.codeOf)?.code;
  return until(() => mailroom.read(outbox).at(-1)?.code);
}

/** The configuration with ports, files and addresses that are there. */
function placed(one: Case, { folder, mailroom, shop }: Scene): Opening {
  const config = configOf(one);
  const channels = Object.entries(config.channels).map(([name, channel]) => [
    name,
    channel.kind === 'outbox'
      ? { ...channel, folder: join(folder, 'outbox') }
      : channel.kind === 'webhook'
        ? { ...channel, url: mailroom.url }
        : channel,
  ]);
  return {
    folder,
    config: {
      ...config,
      listen: { port: 0 },
      admin: false,
      upstream: { ...(config.upstream as object), url: shop.url },
      channels: Object.fromEntries(channels),
    },
  };
}

async function openOn(host: ChildProcess, call: Opening): Promise<number> {
  const answered = once(host, 'message') as Promise<[HostAnswer]>;
  host.send(call);
  const [answer] = await answered;
  if (!('url' in answer)) throw new Error('fault' in answer ? answer.fault : 'the gateway did not open');
  return Number(new URL(answer.url).port);
}

/** The longest time since it was last asked for. */
async function heldMsOf(host: ChildProcess): Promise<number> {
  const answered = once(host, 'message') as Promise<[HostAnswer]>;
  host.send('held' satisfies HostCall);
  const [answer] = await answered;
  return 'heldMs' in answer ? answer.heldMs : Number.NaN;
}

const WRONG_DIGITS = /\d/g;

/** The request with the code, or another one, filled in, and its length made right. */
function bytesOf(text: string, code: string): Buffer {
  const wrong = code.replace(WRONG_DIGITS, (digit) => String((Number(digit) + 1) % 10));
  const bytes = Buffer.from(text.replaceAll('{code}', code).replaceAll('{wrong}', wrong || '000000'));
  if (!/\{(?:code|wrong)\}/.test(text)) return bytes;
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes
    .subarray(0, end)
    .toString('latin1')
    .replace(/^Content-Length: .*$/im, `Content-Length: ${bytes.length - end - 4}`);
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes.subarray(end)]);
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}
