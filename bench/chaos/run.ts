import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { diceOf } from '../fuzz/random.ts';
import { violationsIn } from './check.ts';
import { openClient } from './client.ts';
import { startChaosCrm } from './crm.ts';
import { type Faults, killGateways, troubleStore } from './faults.ts';
import { MAIN, prepareGateways } from './gateways.ts';
import { violationsInLedger } from './ledger.ts';
import { openMailroom } from './mails.ts';
import type { ChaosStore } from './store.ts';
import { tell } from './stories.ts';

export type ChaosOptions = {
  /** How long there is trouble; the last stories end some seconds later. */
  readonly seconds: number;
  /** The same seed makes the same choices; when they meet, the machine decides. */
  readonly seed: number;
  readonly tellers: number;
  /** Starts what the gateways share. */
  readonly store: () => Promise<ChaosStore>;
  /** After that time it goes on until this holds too: on a slow machine, less happens in a second. */
  readonly isEnough?: (figures: ChaosFigures) => boolean;
  /** How often a gateway is killed, on average. */
  readonly killEveryMs?: number;
  /** Of which program the gateways are. */
  readonly program?: string;
  readonly onProgress?: (figures: ChaosFigures) => void;
};

export type ChaosFigures = Faults & {
  readonly records: number;
  /** Saves that were sent with a code, that arrived at the CRM, and that it saved. */
  readonly sent: number;
  readonly arrived: number;
  readonly saved: number;
  /** Answers to saves with a code, by result or status. */
  readonly answers: Readonly<Record<string, number>>;
  readonly unguardedReads: number;
  /** Rows of the ledger that were looked at in the end. */
  readonly rows?: number;
};

export type ChaosReport = { readonly figures: ChaosFigures; readonly violations: readonly string[] };

const BUDGET = 3;
const KILL_EVERY_MS = 1700;
const CALM_MS = 2500;

/** Runs gateways over a shared store, in front of a CRM that fails, kills them all in turn, and holds what was seen against the promises. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seconds, seed, tellers, isEnough = () => true, onProgress } = options;
  const { killEveryMs = KILL_EVERY_MS, program = MAIN } = options;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-chaos-'));
  const outbox = join(folder, 'outbox');
  mkdirSync(outbox);
  const began = performance.now();
  const now = () => performance.now() - began;
  const store = await options.store();
  const crm = await startChaosCrm(diceOf(seed), now);
  const ends: string[] = [];
  const start = prepareGateways(program, folder, configOf(store, crm.url, outbox), (why) => ends.push(why));
  const gateways = await Promise.all([start(), start(), start()] as const);
  const client = openClient(gateways, diceOf(seed + 1), now);
  const mailroom = openMailroom(outbox);
  const faults: Faults = { kills: 0, failovers: 0, restarts: 0 };
  const until = performance.now() + seconds * 1000;
  const underWay: Promise<unknown>[] = [];
  let isBroken = false;
  const figures = () => figuresOf(client, crm.arrivals, faults);
  const goesOn = () => !isBroken && (performance.now() < until || !isEnough(figures()));
  const reading = (async () => {
    for (; goesOn(); await pause(50)) await client.read();
  })();
  const progress = setInterval(() => onProgress?.(figures()), 10_000);
  try {
    const stage = { client, mailroom, dice: diceOf(seed + 2), goesOn };
    const faulting = [
      killGateways(gateways, killEveryMs, diceOf(seed + 3), faults, goesOn),
      troubleStore(store, CALM_MS, faults, goesOn),
    ];
    underWay.push(
      ...faulting,
      Promise.all(faulting).then(() => crm.calm()),
      reading,
      ...Array.from({ length: tellers }, (_, teller) => tell(teller, stage)),
    );
    await Promise.all(underWay);
    const { asked } = client;
    const broken = violationsIn({ asked, arrivals: crm.arrivals, mails: mailroom.mails, budget: BUDGET });
    const rows = await store.readRows();
    const harmed = [...client.reads].filter(([status]) => status !== 200 && status !== 0);
    return {
      figures: { ...figures(), rows: rows.length },
      violations: [
        ...broken,
        ...violationsInLedger(rows, BUDGET),
        ...ends,
        ...harmed.map(([status, times]) => `${times} unguarded reads were answered ${status}`),
      ],
    };
  } finally {
    // Where one of them failed, the others end too: no gateway is started after that.
    isBroken = true;
    await Promise.allSettled(underWay);
    clearInterval(progress);
    await client.close();
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await crm.close();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(store: ChaosStore, crmUrl: string, outbox: string): Omit<ConfigInput, 'secret'> {
  const many = 1_000_000;
  return {
    version: 1,
    listen: { port: 0 },
    admin: false,
    upstream: { url: crmUrl, timeout: '3s', connectTimeout: '1s' },
    store: store.config,
    limits: {
      address: { hour: many, day: many },
      caller: { hour: many, wrong: many },
      ip: { hour: many, wrong: many },
      total: { minute: many },
    },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox', address: 'email', folder: outbox } },
    rules: [
      {
        id: 7,
        name: 'Delivery Confirmation OTP',
        module: 'DeliveryNotes',
        // Applies to every save that ends as "Delivered", whatever is stored by then.
        when: { '==': [{ var: 'record.status' }, 'Delivered'] },
        code: { maxAttempts: BUDGET, resetAttemptsAfter: '24h', cooldown: '0s', maxResends: 100 },
        send: {
          to: [{ channel: 'email', address: 'email' }],
          message: '{{code}} confirms {{record.ref}}.',
        },
      },
    ],
  };
}

function figuresOf(
  { asked, reads }: ReturnType<typeof openClient>,
  arrivals: readonly { readonly saved: boolean }[],
  faults: Faults,
): ChaosFigures {
  const answers: Record<string, number> = {};
  for (const { status, result, fate } of asked) {
    const answer = result === 'verified' ? `${status} ${fate}` : (result ?? String(status));
    answers[answer] = (answers[answer] ?? 0) + 1;
  }
  return {
    ...faults,
    records: new Set(asked.map(({ record }) => record)).size,
    sent: asked.length,
    arrived: arrivals.length,
    saved: arrivals.filter(({ saved }) => saved).length,
    answers,
    unguardedReads: [...reads.values()].reduce((sum, one) => sum + one, 0),
  };
}
