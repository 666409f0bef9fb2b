import { resolve } from 'node:path';
import type { Limits } from '../../core/ledger/limits.ts';
import type { ModuleDefinition } from '../../core/saving/module.ts';
import { withDialect } from '../../dialects/all.ts';
import type { Secret } from '../../kinds/secret.ts';
import type { Diagnostic } from '../explain/problem.ts';
import { BUILT_IN, channelKindIn, dialectKindIn, type Kinds, storeKindIn } from '../schema/known-kinds.ts';
import type { Decoded } from '../schema/schema.ts';
import { compileCallers } from './compile-callers.ts';
import { compileEvents } from './compile-events.ts';
import { compileChannel, compileStore } from './compile-kind.ts';
import { compileRule } from './compile-rule.ts';
import { compileTls } from './compile-tls.ts';
import { compileUpstreams } from './compile-upstreams.ts';
import { type Resolved, resolveSecret, resolveText, type Surroundings } from './resolve-secret.ts';
import { revisionOf } from './revision.ts';
import { freezeDeep, type Snapshot, type TlsFiles, withHidden } from './snapshot.ts';

/** A configuration that is ready for use, or what keeps it from that. */
export type Compilation = {
  readonly snapshot: Snapshot | undefined;
  readonly findings: readonly Diagnostic[];
};

/** Makes a decoded configuration ready for use: secrets fetched, criteria and texts compiled, paths made absolute, all frozen. */
export function compile(decoded: Decoded, surroundings: Surroundings, kinds: Kinds = BUILT_IN): Compilation {
  const findings: Diagnostic[] = [];
  const keep = (resolved: Resolved): readonly string[] => {
    if (resolved.ok) return [resolved.value];
    findings.push(resolved.finding);
    return [];
  };
  const sources = Array.isArray(decoded.secret) ? decoded.secret : [decoded.secret];
  const [first, ...others] = sources.flatMap((source, index) =>
    keep(resolveSecret(source, Array.isArray(decoded.secret) ? ['secret', index] : ['secret'], surroundings)),
  );
  const channels = Object.entries(decoded.channels).map((entry) =>
    compileChannel(entry, channelKindIn(kinds, entry[1].kind), surroundings, findings),
  );
  const admin = adminOf(decoded, (token) => keep(resolveText(token, ['admin', 'token'], surroundings)));
  const store = compileStore(decoded.store, storeKindIn(kinds, decoded.store.kind), surroundings, findings);
  const callers = compileCallers(decoded.callers, surroundings, keep);
  const [upstream, ...upstreams] = compileUpstreams(decoded, surroundings.folder, findings);
  const events = compileEvents(decoded.events, surroundings, keep, findings);
  const tls = compileTls(decoded.listen, surroundings.folder, findings);
  if (findings.length > 0 || first === undefined || upstream === undefined)
    return { snapshot: undefined, findings };
  const modules = Object.entries(decoded.modules).map((entry) => definitionOf(entry, kinds));
  const compiled = { admin, modules, channels, store, callers, events, upstream, upstreams, tls };
  const visible = visibleOf(decoded, compiled, surroundings.folder);
  const secrets: Snapshot['secrets'] = [first, ...others];
  return {
    snapshot: freezeDeep(
      withHidden(visible, { secrets, decoded: JSON.parse(JSON.stringify(decoded)) as object }),
    ),
    findings,
  };
}

/** The parts of a snapshot in which something could be wrong that the schema does not see. */
type Compiled = Pick<
  Snapshot,
  'admin' | 'modules' | 'channels' | 'store' | 'callers' | 'events' | 'upstream' | 'upstreams'
> & { readonly tls: TlsFiles | undefined };

function visibleOf(
  decoded: Decoded,
  { tls, modules, ...compiled }: Compiled,
  folder: string,
): Omit<Snapshot, 'secrets' | 'decoded'> {
  const { audit, body } = decoded;
  return {
    revision: revisionOf(decoded),
    workers: decoded.workers,
    listen: { host: decoded.listen.host, port: decoded.listen.port, ...(tls && { tls }) },
    ...compiled,
    routes: [
      ...decoded.passthrough.flatMap((entry) => (typeof entry === 'string' ? [] : [entry])),
      ...decoded.routes,
    ],
    refusal: decoded.refusal,
    mode: decoded.mode,
    unmappedWrites: decoded.mode === 'off' ? 'forward' : decoded.unmappedWrites,
    unmappedReads: decoded.mode === 'off' ? 'forward' : decoded.unmappedReads,
    ...(decoded.publicUrl !== undefined && { publicUrl: decoded.publicUrl }),
    passthrough: decoded.passthrough.map((entry) => (typeof entry === 'string' ? entry : entry.path)),
    websockets: decoded.websockets,
    audit: audit.kind === 'none' ? audit : { ...audit, path: resolve(folder, audit.path) },
    trustedProxies: decoded.trustedProxies,
    cors: decoded.cors,
    log: decoded.log,
    body: {
      limitBytes: body.limit,
      timeoutMs: body.timeout,
      uploadBytes: body.upload,
      memoryBytes: body.memory,
      budgetBytes: body.budget,
      diskBytes: body.disk,
      unpackedRatio: body.ratio,
      recordBytes: body.record,
    },
    shutdown: { drainDelayMs: decoded.shutdown.drainDelay, timeoutMs: decoded.shutdown.timeout },
    hashing: decoded.hashing,
    limits: limitsOf(decoded.limits),
    modules: decoded.mode === 'off' ? [] : modules,
    rules: decoded.rules.flatMap((rule) => {
      const modes = [decoded.mode, rule.mode];
      if (modes.includes('off')) return [];
      const hides = isHiding(decoded.modules[rule.module]);
      return [compileRule(rule, modes.includes('shadow') ? 'shadow' : 'enforce', hides)];
    }),
  };
}

function adminOf({ admin }: Decoded, resolveToken: (secret: Secret) => readonly string[]): Snapshot['admin'] {
  if (admin === false) return null;
  const { token: source, radar, ...others } = admin;
  const { within: withinMs, ...thresholds } = radar;
  const address = { ...others, radar: { ...thresholds, withinMs } };
  const [token] = source === undefined ? [] : resolveToken(source);
  return token === undefined ? address : withHidden(address, { token });
}

/** The CRM's name for a module is that of the configuration where it gives no other. */
function definitionOf([name, entry]: [string, Decoded['modules'][string]], kinds: Kinds): ModuleDefinition {
  const type = ('type' in entry ? entry.type : undefined) ?? name;
  const kind = dialectKindIn(kinds, entry.dialect);
  if (!kind) throw new TypeError(`there is no dialect ${entry.dialect}`);
  // What the dialect knows, whatever keys of its own an entry has.
  const facts = { ...(kind.sharesPath && { type }), isCollection: kind.isCollection };
  const entryPaths = kind.entryPaths && {
    entryPaths: kind.entryPaths.map((below) => entry.path.replace(/\/$/, '') + below),
  };
  return withDialect({ name, ...entry, ...entryPaths, ...facts } as ModuleDefinition, kind);
}

function isHiding(entry: Decoded['modules'][string] | undefined): boolean {
  return entry !== undefined && 'lookup' in entry && entry.lookup?.enumeration === 'hide';
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function limitsOf({ address, caller, ip, total, unverified }: Decoded['limits']): Limits {
  const { per: perMs, ...policy } = unverified;
  return {
    address: [
      { windowMs: HOUR_MS, most: address.hour },
      { windowMs: 24 * HOUR_MS, most: address.day },
    ],
    caller: [{ windowMs: HOUR_MS, most: caller.hour }],
    wrong: [{ windowMs: HOUR_MS, most: caller.wrong }],
    ip: [{ windowMs: HOUR_MS, most: ip.hour }],
    ipWrong: [{ windowMs: HOUR_MS, most: ip.wrong }],
    total: [{ windowMs: MINUTE_MS, most: total.minute }],
    unverified: { ...policy, perMs },
  };
}
