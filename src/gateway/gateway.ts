import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import express from 'express';
import type { Snapshot } from '../config/compile/snapshot.ts';
import { compileOptions, type Loaded } from '../config/load.ts';
import type { ConfigInput, PluginInput } from '../config/schema/schema.ts';
import { createEvents } from '../events/events.ts';
import { createTurns } from '../gate/turns.ts';
import { createAdmin } from '../http/admin/admin.ts';
import type { Handler } from '../http/handler.ts';
import type { Plugin } from '../plugins/plugin.ts';
import { systemClock } from '../system/clock.ts';
import { allDecisions, countedDecisions, loggedDecisions } from '../system/decisions.ts';
import { createCodeHasher } from '../system/hasher.ts';
import { createKeyring } from '../system/keyring.ts';
import { createLog } from '../system/log.ts';
import { createMetrics } from '../system/metrics.ts';
import { observedStore } from '../system/observed.ts';
import { systemRandom } from '../system/random.ts';
import { openAudit, openStore } from './adapters.ts';
import { createConsoleObservers } from './console-observers.ts';
import { createGeneration, type Shared } from './generation.ts';
import { open, tuned } from './listen.ts';
import { oneAfterTheOther } from './one-after-the-other.ts';
import type { Adapters } from './own-adapters.ts';
import { type LastReload, type Reload, successorOf } from './reload.ts';
import { reportChange } from './report-change.ts';
import { closeServer, endTraffic } from './shutdown.ts';
import { simulateBy } from './simulation.ts';
import { snapshotOf } from './snapshot-of.ts';
import { createStartupChecks, placesOf } from './startup-checks.ts';
import { createTlsServer } from './tls.ts';
import { versionOf } from './version.ts';

export type { Adapters };

/** The addresses at which a gateway listens. */
export type Listening = { readonly url: string; readonly adminUrl: string | undefined };

/** A gateway, from its configuration to its end. */
export type Gateway = {
  /** An Express app: `supertest(gateway.app)` needs no port. */
  readonly app: RequestListener;
  readonly handler: Handler;
  /**
   * Takes a new configuration, whole or not at all. Requests under way keep theirs, and so do codes that are out. What is opened
   * once (ports, store, secret, audit) cannot be changed so.
   */
  reload(options: PluginInput): Reload;
  /** The same for a configuration that is loaded from a file. */
  reloadFrom(load: () => Loaded): Reload;
  /** Opens the configured ports. `CountersignError('port-in-use')` where one is taken, `config-invalid` where the store would lose rows. */
  listen(): Promise<Listening>;
  /** Unready at once; lets requests under way finish in the configured time, then closes ports, channels and the store. */
  close(): Promise<void>;
};

/** Builds a gateway from the same object that a configuration file holds. `CountersignError('config-invalid')` lists every problem. */
export function createGateway(options: ConfigInput, adapters?: Adapters): Gateway;
export function createGateway(
  options: PluginInput,
  adapters: Adapters & { readonly plugins: readonly Plugin[] },
): Gateway;
export function createGateway(options: PluginInput, adapters: Adapters = {}): Gateway {
  return createGatewayFrom(snapshotOf(options, adapters.plugins), adapters);
}

/** Wires the rooms together. */
export function createGatewayFrom(snapshot: Snapshot, adapters: Adapters = {}): Gateway {
  const clock = adapters.clock ?? systemClock;
  const random = adapters.random ?? systemRandom;
  const log = adapters.log ?? createLog({ level: snapshot.log.level });
  const counted = createMetrics(versionOf());
  const keyring = createKeyring(snapshot.secrets);
  const observers = createConsoleObservers(snapshot, { clock, random, keyring, log, metrics: counted });
  const metrics = observers?.overMetrics(counted) ?? counted;
  metrics.configured({ revision: snapshot.revision, at: clock.now() });
  const store = observedStore(adapters.store ?? openStore(snapshot.store, clock, log), { metrics });
  const written = adapters.audit ?? openAudit(snapshot.audit, snapshot.secrets, log);
  const events = createEvents({ store, keyring, clock, random, log, metrics });
  events.configure(snapshot.events);
  const audit = observers?.overAudit(written, events) ?? written;
  const brought = Object.entries(adapters.channels ?? {});
  const shared: Shared = {
    store,
    audit,
    events,
    clock,
    random,
    log,
    metrics,
    decisions: allDecisions([
      loggedDecisions(log),
      countedDecisions(metrics),
      ...(observers ? [observers.decisions] : []),
      ...(adapters.decisions ? [adapters.decisions] : []),
    ]),
    keyring,
    hasher: adapters.hasher ?? createCodeHasher({ secrets: snapshot.secrets, ...snapshot.hashing }),
    turns: createTurns({ waitMs: snapshot.upstream.timeoutMs, maxWaiting: MAX_WAITING }),
    channels: new Map(brought),
    ...(adapters.upstream && { upstream: adapters.upstream }),
    ...(observers && { overChannel: observers.overChannel }),
  };
  let generation = createGeneration(snapshot, shared);
  const generations = new Set([generation]);
  let lastReload: LastReload | undefined;
  let diff: readonly string[] = [];

  function reload(load: () => Loaded): Reload {
    const successor = successorOf(generation.snapshot, load, (next) => createGeneration(next, shared), log);
    lastReload = { ok: successor.ok, at: new Date(clock.now()).toISOString() };
    if (!successor.ok) {
      metrics.configured(undefined);
      log.error({ reason: successor.reason }, 'the configuration was not reloaded; the last good one stays');
      return successor;
    }
    const earlier = generation;
    generation = successor.generation;
    for (const one of generations) one.yieldTo(generation);
    events.configure(generation.snapshot.events);
    diff = reportChange(earlier.snapshot, generation.snapshot, { audit, clock, log });
    generations.add(generation);
    void generation
      .start()
      .catch((err: unknown) => log.error({ err }, 'a channel could not be opened: what needs it is refused'));
    void earlier
      .retire()
      .catch((err: unknown) =>
        log.warn({ err }, 'what an earlier configuration had opened could not be closed'),
      )
      .finally(() => generations.delete(earlier));
    const { revision, rules } = generation.snapshot;
    metrics.configured({ revision, at: clock.now() });
    log.info({ revision, rules: rules.length }, 'the configuration was reloaded');
    return { ok: true, revision };
  }

  const missing = createStartupChecks(() => placesOf(generation.snapshot, shared));
  const handler: Handler = (request, response) => generation.handler(request, response);
  const app = express().disable('x-powered-by').disable('etag');
  app.use((request, response) => handler(request, response));
  let draining = false;
  let server: Server | undefined;
  let admin: Server | undefined;
  let closed: Promise<void> | undefined;
  const sweep = setInterval(
    () =>
      void store.purge().catch((err: unknown) => log.warn({ err }, 'old ledger rows could not be purged')),
    SWEEP_MS,
  );
  sweep.unref();

  return {
    app,
    handler,
    reload: (options) => reload(() => compileOptions(options, process.env, adapters.plugins)),
    reloadFrom: reload,
    async listen() {
      await store.start?.();
      await Promise.all([...shared.channels.values()].map((channel) => channel.start?.()));
      await generation.start();
      const { listener, isNext } = oneAfterTheOther(
        (request, response) => void handler(request, response),
        log,
      );
      // An offer that comes ahead is ignored: what is asked so is answered in its turn.
      const accepts = (request: IncomingMessage) => isNext(request) && generation.accepts(request);
      const options = { shouldUpgradeCallback: accepts };
      const { tls } = snapshot.listen;
      server = tuned(tls ? createTlsServer(tls, options, { log, metrics }) : createServer(options));
      server.on('request', listener);
      server.on('upgrade', (request, socket, head) => generation.upgrade(request, socket, head));
      const listening = { url: await open(server, snapshot.listen), adminUrl: undefined };
      if (!snapshot.admin) return listening;
      admin = createServer(
        createAdmin({
          store,
          metrics,
          token: snapshot.admin.token,
          clock,
          workers: snapshot.workers,
          revision: () => generation.snapshot.revision,
          lastReload: () => lastReload,
          isDraining: () => draining,
          missing,
          console: observers?.routes.bind(null, () => ({ snapshot: generation.snapshot, diff }), {
            judge: (request, stored) => simulateBy(createGatewayFrom, generation.snapshot, request, stored),
          }),
        }),
      );
      return { ...listening, adminUrl: await open(admin, snapshot.admin) };
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };

  async function close(): Promise<void> {
    draining = true;
    clearInterval(sweep);
    await endTraffic(server, generations, generation.snapshot.shutdown, log);
    await Promise.all([...generations].map((one) => one.close()));
    await Promise.all([...shared.channels.values()].map((channel) => channel.close()));
    await shared.upstream?.close();
    await events.close();
    await audit.close();
    await store.close();
    // Last, so that the probes see it close.
    admin?.closeAllConnections();
    if (admin) await closeServer(admin);
  }
}

/** Saves of one record that may wait for each other. */
const MAX_WAITING = 200;
const SWEEP_MS = 10 * 60_000;
