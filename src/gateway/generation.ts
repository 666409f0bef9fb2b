import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { countryOfNumber } from '../channels/phone.ts';
import type { Snapshot, UpstreamConfig } from '../config/compile/snapshot.ts';
import { nestingOf } from '../core/nesting/compile.ts';
import { policyOf } from '../core/rule/policy.ts';
import { compileRoutes } from '../core/saving/route.ts';
import { dialectOf } from '../dialects/all.ts';
import { templateEnvelope } from '../dialects/refusal-template.ts';
import { createGate } from '../gate/gate.ts';
import type { Tools } from '../gate/ledger/tools.ts';
import type { Turns } from '../gate/turns.ts';
import { createBodyReader } from '../http/body/read-body.ts';
import { createReportBodies } from '../http/control/reports.ts';
import { guardedReadsBy } from '../http/guarded/beside.ts';
import { goesOnUnread } from '../http/guarded/unread.ts';
import { createHandler, type Handler } from '../http/handler.ts';
import { createPageBodies } from '../http/page/page.ts';
import { createCallers } from '../http/request/callers.ts';
import type { Exchange } from '../http/request/exchange.ts';
import { boundNamesBy, guardedNamesBy, type HttpContext } from '../http/request/http-context.ts';
import { createOrigins } from '../http/request/origin.ts';
import { createUploads } from '../http/request/uploads.ts';
import { createUnderway } from '../http/underway.ts';
import { createUpgrades, type Upgrades } from '../http/upgrade.ts';
import type { Channel, Upstream } from '../ports.ts';
import { observedChannel, observedHasher, observedUpstream } from '../system/observed.ts';
import { createTracing } from '../system/tracing.ts';
import { openChannel, openUpstreams } from './adapters.ts';
import { versionOf } from './version.ts';

/** What outlives a change of the configuration: the ledger, what is under way, and what needs the secret. */
export type Shared = Pick<
  Tools,
  'store' | 'audit' | 'events' | 'clock' | 'random' | 'log' | 'metrics' | 'decisions' | 'keyring' | 'hasher'
> & {
  readonly turns: Turns;
  /** Channels that were brought along, and a way to the CRM: no generation closes them. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly upstream?: Upstream;
  /** Looks on while messages are sent. */
  readonly overChannel?: (channel: Channel) => Channel;
};

/** The gateway under one configuration. A request is handled by one generation from its start to its end. */
export type Generation = {
  readonly snapshot: Snapshot;
  readonly handler: Handler;
  accepts: Upgrades['accepts'];
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whether a request with a body goes on unread. */
  streams(asked: Exchange): boolean;
  /** Cuts the WebSockets and the uploads that the next generation would not pass on: what they carry is not judged. */
  yieldTo(next: Pick<Generation, 'accepts' | 'streams'>): void;
  /** Resolves when its channels are open; rejects where one cannot be. */
  start(): Promise<void>;
  /** Cuts the WebSockets that are open, and answers the calls that wait. */
  closeUpgrades(): void;
  /** Resolves when nothing that it began is under way. */
  over(): Promise<void>;
  /** Lets its requests to the CRM finish, for this long at most, and sends no more. */
  closeUpstream(withinMs?: number): Promise<void>;
  /** Closes its channels and its way to the CRM. */
  close(): Promise<void>;
  /** The same, when the last request that it began is over. */
  retire(): Promise<void>;
};

/** Opens what the configuration names. */
export function createGeneration(
  snapshot: Snapshot,
  { turns, channels: brought, upstream: broughtUpstream, overChannel = same, ...shared }: Shared,
): Generation {
  const dialects = new Map(snapshot.modules.map(({ name, dialect }) => [name, dialect]));
  const tracing = createTracing(versionOf(), dialects);
  const observers = { metrics: shared.metrics, tracing };
  const own = snapshot.channels.filter(({ name }) => !brought.has(name));
  const opened = new Map(
    own.map((channel) => [channel.name, openChannel(channel, shared.clock, shared.log)]),
  );
  const upstreams = openUpstreams(snapshot, broughtUpstream, (one) => observedUpstream(one, observers));
  const { upstreamOf } = upstreams;
  const policy = policyOf(snapshot.rules);
  const tools: Tools = {
    ...shared,
    policy,
    tracing,
    hasher: observedHasher(shared.hasher, observers),
    channels: new Map(
      [...brought, ...opened].map(([name, channel]) => [
        name,
        overChannel(observedChannel(name, channel, observers)),
      ]),
    ),
    limits: snapshot.limits,
    publicUrl: snapshot.publicUrl,
    countryOf: countryOfNumber,
    answerWithinMs:
      Math.max(...[snapshot.upstream, ...snapshot.upstreams].map(patienceOf)) + SETTLE_MARGIN_MS,
  };
  const guardedNamesOf = guardedNamesBy(policy, snapshot.mode);
  const context: HttpContext = {
    routes: compileRoutes(snapshot.modules, snapshot.passthrough, snapshot.websockets, snapshot.routes),
    policy,
    nesting: nestingOf(snapshot.modules, snapshot.rules, (definition) =>
      dialectOf(definition).nesting(definition),
    ),
    guardedNamesOf,
    boundNamesOf: boundNamesBy(policy, guardedNamesOf),
    modules: new Map(snapshot.modules.map((definition) => [definition.name, definition])),
    guardedReads: guardedReadsBy(policy, snapshot.modules),
    gate: createGate(tools, turns),
    upstreamOf,
    refusal: snapshot.refusal && templateEnvelope(snapshot.refusal),
    origins: createOrigins(snapshot.trustedProxies, shared.random),
    callers: createCallers(snapshot.callers, shared.clock, shared.log),
    bodies: createBodyReader(snapshot.body),
    uploads: createUploads(shared.log),
    reportBodies: createReportBodies(),
    pageBodies: createPageBodies(),
    publicOrigin: snapshot.publicUrl === undefined ? undefined : new URL(snapshot.publicUrl).origin,
    fieldBytes: snapshot.body.limitBytes,
    unmappedWrites: snapshot.unmappedWrites,
    unmappedReads: snapshot.unmappedReads,
    otherDoors: new Set(snapshot.modules.flatMap((definition) => dialectOf(definition).otherDoors ?? [])),
    mode: snapshot.mode,
    cors: snapshot.cors,
    log: shared.log,
    random: shared.random,
  };
  const upgrades = createUpgrades(context);
  const underway = createUnderway();

  let leaving: Promise<void> | undefined;
  const closeUpstream = async (withinMs?: number) => {
    if (broughtUpstream) return;
    leaving ??= upstreams.close(withinMs);
    await leaving;
  };
  let closing: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    await closeUpstream();
    await Promise.all([...opened.values()].map((channel) => channel.close()));
  }
  const close = () => {
    closing ??= closeAll();
    return closing;
  };

  return {
    snapshot,
    handler: underway.watch(createHandler(context)),
    accepts: upgrades.accepts,
    upgrade(request, socket, head) {
      socket.once('close', underway.begin());
      upgrades.upgrade(request, socket, head);
    },
    streams: (asked) => goesOnUnread(asked, context),
    yieldTo({ accepts, streams }) {
      upgrades.close(accepts);
      context.uploads.close(streams);
    },
    async start() {
      await Promise.all([...opened.values()].map((channel) => channel.start?.()));
    },
    closeUpgrades() {
      context.gate.endWaits();
      upgrades.close();
    },
    over: underway.over,
    closeUpstream,
    close,
    async retire() {
      await underway.over();
      await close();
    },
  };
}

/** How long a save may wait for its answer. */
const patienceOf = ({ connectTimeoutMs, timeoutMs }: UpstreamConfig) => connectTimeoutMs + 2 * timeoutMs;

const same = (channel: Channel) => channel;

/** Between the last moment at which an answer can come and the moment at which a claim counts as forgotten. */
const SETTLE_MARGIN_MS = 10_000;
