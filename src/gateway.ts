import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { openAudit, openChannel, openStore } from './adapters.ts';
import { compileOptions } from './config/load.ts';
import { formatProblems } from './config/problem.ts';
import type { ConfigInput } from './config/schema.ts';
import type { Snapshot } from './config/snapshot.ts';
import { CountersignError } from './core/fault.ts';
import { policyOf } from './core/policy.ts';
import { compileRoutes } from './core/route.ts';
import { createGate } from './gate/gate.ts';
import { createTurns } from './gate/turns.ts';
import { createAdmin } from './http/admin.ts';
import { createHandler, type Handler } from './http/handler.ts';
import { createOrigins } from './http/origin.ts';
import type { Porch } from './http/porch.ts';
import { createBodyReader } from './http/read-body.ts';
import { createUnderway } from './http/underway.ts';
import { createUpgrades } from './http/upgrade.ts';
import type { AuditSink, Channel, Clock, LedgerStore, Log, Random, Upstream } from './ports.ts';
import { closeServer, endTraffic } from './shutdown.ts';
import { systemClock } from './system/clock.ts';
import { createCodeHasher } from './system/hasher.ts';
import { createKeyring } from './system/keyring.ts';
import { createLog } from './system/log.ts';
import { measuredChannel, measuredStore, measuredUpstream } from './system/measured.ts';
import { createMetrics } from './system/metrics.ts';
import { systemRandom } from './system/random.ts';
import { createUpstream } from './upstream/create.ts';
import { versionOf } from './version.ts';

/** What may be put in the place of what the configuration names: for tests, and for stores and channels of one's own. */
export type Adapters = {
  readonly store?: LedgerStore;
  readonly channels?: Readonly<Record<string, Channel>>;
  readonly audit?: AuditSink;
  /** For a CRM that is not there: whoever gives one forwards nothing. */
  readonly upstream?: Upstream;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
};

export type Listening = { readonly url: string; readonly adminUrl: string | undefined };

export type Gateway = {
  /** An Express app: `supertest(gateway.app)` needs no port. */
  readonly app: Express;
  readonly handler: Handler;
  /** Opens the configured ports. `CountersignError('port-in-use')` where one is taken, `config-invalid` where the store would lose rows. */
  listen(): Promise<Listening>;
  /** Unready at once; lets requests under way finish in the configured time, then closes ports, channels and the store. */
  close(): Promise<void>;
};

/** Builds a gateway from the same object that a configuration file holds. `CountersignError('config-invalid')` lists every problem. */
export function createGateway(options: ConfigInput, adapters: Adapters = {}): Gateway {
  const loaded = compileOptions(options, process.env);
  if (!loaded.ok) throw new CountersignError('config-invalid', formatProblems(loaded.problems));
  return createGatewayFrom(loaded.snapshot, adapters);
}

/** Wires the rooms together. */
export function createGatewayFrom(snapshot: Snapshot, adapters: Adapters = {}): Gateway {
  const clock = adapters.clock ?? systemClock;
  const random = adapters.random ?? systemRandom;
  const log = adapters.log ?? createLog({ level: snapshot.log.level });
  const metrics = createMetrics({ version: versionOf(), revision: snapshot.revision });
  const store = measuredStore(adapters.store ?? openStore(snapshot.store, clock, log), metrics);
  const audit = adapters.audit ?? openAudit(snapshot.audit, snapshot.secrets, log);
  const channels = new Map(
    snapshot.channels.map((channel) => [
      channel.name,
      measuredChannel(
        channel.name,
        adapters.channels?.[channel.name] ?? openChannel(channel, clock),
        metrics,
      ),
    ]),
  );
  const { url, timeoutMs, connectTimeoutMs, ca } = snapshot.upstream;
  const way = { url, timeoutMs, connectTimeoutMs, ca, answerLimitBytes: snapshot.body.recordBytes };
  const upstream = measuredUpstream(adapters.upstream ?? createUpstream(way, snapshot.modules), metrics);
  const policy = policyOf(snapshot.rules);
  const tools = {
    policy,
    store,
    channels,
    audit,
    clock,
    random,
    log,
    metrics,
    limits: snapshot.limits,
    keyring: createKeyring(snapshot.secrets),
    hasher: createCodeHasher({ secrets: snapshot.secrets, ...snapshot.hashing }),
    answerWithinMs: connectTimeoutMs + 2 * timeoutMs + SETTLE_MARGIN_MS,
  };
  const porch: Porch = {
    routes: compileRoutes(snapshot.modules, snapshot.passthrough, snapshot.websockets),
    policy,
    modules: new Map(snapshot.modules.map((definition) => [definition.name, definition])),
    gate: createGate(tools, createTurns({ waitMs: timeoutMs, maxWaiting: MAX_WAITING })),
    upstream,
    origins: createOrigins(snapshot.trustedProxies, random),
    bodies: createBodyReader(snapshot.body),
    fieldBytes: snapshot.body.limitBytes,
    unmappedWrites: snapshot.unmappedWrites,
    log,
  };
  const underway = createUnderway();
  const handler = underway.watch(createHandler(porch));
  const upgrades = createUpgrades(porch);

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
    async listen() {
      await store.start?.();
      const options = { shouldUpgradeCallback: upgrades.accepts };
      server = tuned(createServer(options, (request, response) => void handler(request, response)));
      server.on('upgrade', upgrades.upgrade);
      const listening = { url: await open(server, snapshot.listen), adminUrl: undefined };
      if (!snapshot.admin) return listening;
      admin = createServer(
        createAdmin({
          store,
          metrics,
          token: snapshot.admin.token,
          revision: snapshot.revision,
          isDraining: () => draining,
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
    await endTraffic({ server, upgrades, underway, upstream }, snapshot.shutdown, log);
    await Promise.all([...channels.values()].map((channel) => channel.close()));
    await audit.close();
    await store.close();
    // Last, so that the probes see it close.
    admin?.closeAllConnections();
    if (admin) await closeServer(admin);
  }
}

/** Between the last moment at which an answer can come and the moment at which a claim counts as forgotten. */
const SETTLE_MARGIN_MS = 10_000;
/** Saves of one record that may wait for each other. */
const MAX_WAITING = 200;
const SWEEP_MS = 10 * 60_000;

/** Node's defaults close idle connections before load balancers do, and end half-closed clients before their answer. */
function tuned(server: Server): Server {
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  server.requestTimeout = 0;
  return Object.assign(server, { httpAllowHalfOpen: true });
}

function open(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const hint =
      error.code === 'EADDRINUSE' ? 'it is taken; choose another one in the configuration' : error.message;
    reject(
      new CountersignError('port-in-use', `cannot listen on ${host}:${port}: ${hint}`, { cause: error }),
    );
  });
  server.listen(port, host, () => {
    const { port: actual } = server.address() as AddressInfo;
    resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actual}`);
  });
  return promise;
}
