import { afterAll, afterEach, vi } from 'vitest';
import type { Log } from '../../src/ports.ts';
import { propertySeed } from '../harness/property-seed.ts';
import { metricsMade, witness } from './here.ts';
import { hearAnswer, heardAudit, heardLog, hearMetrics, hearWhole, seenChannel } from './overhear.ts';
import { hearProcesses } from './processes.ts';

// A witness over every test: what customers are sent is nowhere in what gateways put out. It stands where every gateway of this process
// passes, whatever a test opens: each channel is observed, each log is made, each generation is given audit and log, each answer of our own is
// sent by one of a few functions. Gateways in processes of their own are heard by what they write, and seen by what they leave in an outbox.

/** Logs that are heard already. */
const heard = new WeakSet<Log>();
const readTraces = hearProcesses(witness);

vi.mock(import('../../src/system/observed.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    observedChannel: (name, channel, observers) =>
      real.observedChannel(name, seenChannel(channel, witness), observers),
  };
});

vi.mock(import('../../src/system/log.ts'), async (original) => {
  const real = await original();
  const loudest = {
    level: 'trace',
    destination: { write: (line: string) => witness.heard('log', line) },
  } as const;
  let told: Log | undefined;
  return {
    ...real,
    createLog: (options) => {
      told ??= real.createLog(loudest);
      const log = heardLog(real.createLog(options), told);
      heard.add(log);
      return log;
    },
  };
});

vi.mock(import('prom-client'), async (original) => {
  const real = await original();
  class HeardRegistry extends real.Registry {
    constructor(...given: ConstructorParameters<typeof real.Registry>) {
      super(...given);
      metricsMade.add(this);
    }
  }
  return { ...real, Registry: HeardRegistry } as typeof real;
});

vi.mock(import('../../src/gateway/generation.ts'), async (original) => {
  const real = await original();
  const { createLog } = await import('../../src/system/log.ts');
  return {
    ...real,
    // A log that a test brings along may be one that nobody made with `createLog`.
    createGeneration: (snapshot, shared) =>
      real.createGeneration(snapshot, {
        ...shared,
        audit: heardAudit(shared.audit, witness),
        log: heard.has(shared.log) ? shared.log : heardLog(shared.log, createLog({ level: 'silent' })),
      }),
  };
});

vi.mock(import('../../src/http/answer/respond.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    sendProblem: (exchange, problem) =>
      hearAnswer(exchange.response, witness, () => real.sendProblem(exchange, problem)),
    sendJson: (response, ...words) => hearAnswer(response, witness, () => real.sendJson(response, ...words)),
    sendText: (response, ...words) => hearAnswer(response, witness, () => real.sendText(response, ...words)),
  };
});

vi.mock(import('../../src/http/page/send-page.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    sendPage: (exchange, page) =>
      hearAnswer(exchange.response, witness, () => real.sendPage(exchange, page), 'page'),
    refusePage: (exchange, why) =>
      hearAnswer(exchange.response, witness, () => real.refusePage(exchange, why), 'page'),
  };
});

vi.mock(import('../../src/http/console/console.ts'), async (original) => {
  const real = await original();
  const { Router } = await import('express');
  return {
    ...real,
    createConsole: (settings) =>
      Router().use((_request, response, next) => {
        hearWhole(response, witness);
        next();
      }, real.createConsole(settings)),
  };
});

// Properties draw the same values in each run: what a new draw finds is news of no change, and is looked for with `PROPERTY_SEED=random`.
vi.mock(import('fast-check'), async (original) => {
  const real = await original();
  const seed = propertySeed();
  if (seed !== undefined) real.configureGlobal({ ...real.readConfigureGlobal(), seed });
  return real;
});

async function hearTheRest(): Promise<void> {
  readTraces();
  await hearMetrics(metricsMade, witness);
  const findings = witness.findings();
  if (findings.length > 0)
    throw new Error(`a code or an address stands where it may not:\n${findings.slice(0, 5).join('\n\n')}`);
}

afterEach(hearTheRest);
// What was written after the last test: a gateway that closes.
afterAll(async () => {
  await hearTheRest();
  witness.forget();
});
