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
import { createCallers } from './http/callers.ts';
import { createHandler, type Handler } from './http/handler.ts';
import { createOrigins } from './http/origin.ts';
import type { Porch } from './http/porch.ts';
import { createBodyReader } from './http/read-body.ts';
import { createUpgrades } from './http/upgrade.ts';
import type { AuditSink, Channel, Clock, LedgerStore, Log, Random } from './ports.ts';
import { systemClock } from './system/clock.ts';
import { createCodeHasher } from './system/hasher.ts';
import { createKeyring } from './system/keyring.ts';
import { createLog } from './system/log.ts';
import { systemRandom } from './system/random.ts';
import { createUpstream } from './upstream/create.ts';

/** What may be put in the place of what the configuration names: for tests, and for stores and channels of one's own. */
export type Adapters = {
  readonly store?: LedgerStore;
  readonly channels?: Readonly<Record<string, Channel>>;
  readonly audit?: AuditSink;
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
  /** Lets requests under way finish, then closes ports, channels and the store. */
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
  const store = adapters.store ?? openStore(snapshot.store, clock, log);
  const audit = adapters.audit ?? openAudit(snapshot.audit, log);
  const channels = new Map(
    snapshot.channels.map((channel) => [
      channel.name,
      adapters.channels?.[channel.name] ?? openChannel(channel),
    ]),
  );
  const { url, timeoutMs, connectTimeoutMs, ca } = snapshot.upstream;
  const upstream = createUpstream(
    { url, timeoutMs, connectTimeoutMs, ca, answerLimitBytes: snapshot.body.recordBytes },
    snapshot.modules,
  );
  const policy = policyOf(snapshot.rules);
  const tools = {
    policy,
    store,
    channels,
    audit,
    clock,
    random,
    log,
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
    callers: createCallers(snapshot.callers, clock, log),
    bodies: createBodyReader(snapshot.body),
    fieldBytes: snapshot.body.limitBytes,
    unmappedWrites: snapshot.unmappedWrites,
    mode: snapshot.mode,
    log,
  };
  const handler = createHandler(porch);
  const upgrades = createUpgrades(porch);

  const app = express().disable('x-powered-by').disable('etag');
  app.use((request, response) => handler(request, response));
  let draining = false;
  const servers: Server[] = [];
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
      const server = tuned(createServer(options, (request, response) => void handler(request, response)));
      server.on('upgrade', upgrades.upgrade);
      servers.push(server);
      const listening = { url: await open(server, snapshot.listen), adminUrl: undefined };
      if (!snapshot.admin) return listening;
      const admin = createServer(
        createAdmin({ store, revision: snapshot.revision, isDraining: () => draining }),
      );
      servers.push(admin);
      return { ...listening, adminUrl: await open(admin, snapshot.admin) };
    },
    async close() {
      draining = true;
      clearInterval(sweep);
      upgrades.close();
      await Promise.all(servers.map(closeServer));
      await upstream.close();
      await Promise.all([...channels.values()].map((channel) => channel.close()));
      await audit.close();
      await store.close();
    },
  };
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

function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  return promise;
}
