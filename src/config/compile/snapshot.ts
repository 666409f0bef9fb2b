import type { Limits } from '../../core/ledger/limits.ts';
import type { Rule } from '../../core/rule/rule.ts';
import type { CallerSource } from '../../core/saving/caller.ts';
import type { ModuleDefinition } from '../../core/saving/module.ts';
import type { HappeningKind } from '../../core/verdict/happening.ts';
import type { RefusalTemplate } from '../../dialects/refusal-template.ts';
import type { ChannelConfig, StoreConfig } from './compile-kind.ts';

/** One way to a CRM. */
export type UpstreamConfig = {
  readonly name?: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Whether the CRM sees the Host that the client asked for, or its own. */
  readonly host: 'keep' | 'upstream';
  /** Certificates as PEM. */
  readonly ca?: string;
  /** Cookies that go nowhere else. */
  readonly cookies?: readonly string[];
};

/** Where a server listens. */
export type ServerAddress = { readonly host: string; readonly port: number };

/** Absolute paths. */
export type TlsFiles = { readonly cert: string; readonly key: string };

/** Where the audit is kept, and whether saves depend on it. */
export type AuditConfig = { readonly required: boolean } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string }
);

/** Who is told what happens. The secrets are not enumerable. */
export type EventReceiverConfig = {
  readonly url: string;
  readonly on: readonly HappeningKind[];
  readonly secrets: readonly string[];
};

/** The console, on the admin listener. */
export type ConsoleConfig = {
  readonly console: boolean;
  readonly hosts: readonly string[];
  readonly users?: { readonly header: string } | undefined;
  readonly radar: {
    readonly asked: number;
    readonly entered: number;
    readonly withinMs: number;
    readonly records: number;
  };
};

/** A whole configuration, checked and compiled: what a request is judged by, from its start to its end. Deeply frozen. */
export type Snapshot = {
  /** A short hash of what was configured, secrets left out: the same for the same configuration. */
  readonly revision: string;
  /** Processes on the same port. */
  readonly workers: number;
  /** With `tls` over HTTPS, else in clear. */
  readonly listen: ServerAddress & { readonly tls?: TlsFiles };
  /** The token is not enumerable. */
  readonly admin: (ServerAddress & ConsoleConfig & { readonly token?: string }) | null;
  /** Where everything goes that is not sent elsewhere. */
  readonly upstream: UpstreamConfig;
  /** The others, each with a name. */
  readonly upstreams: readonly UpstreamConfig[];
  /** Plain paths that go to one of them, those of `passthrough` first. */
  readonly routes: readonly { readonly path: string; readonly upstream: string }[];
  /** The form of refusals where neither module nor dialect has its own. */
  readonly refusal?: RefusalTemplate | undefined;
  /** Of all rules and of unmapped writes. */
  readonly mode: 'enforce' | 'shadow' | 'off';
  readonly unmappedWrites: 'refuse' | 'forward';
  readonly unmappedReads: 'refuse' | 'forward';
  /** Where customers reach the pages, without a slash at its end. */
  readonly publicUrl?: string;
  /** Patterns of paths: plain segments, `*` for any one, `**` at the end for any rest. */
  readonly passthrough: readonly string[];
  /** Patterns of paths whose WebSockets are passed on. */
  readonly websockets: readonly string[];
  /** The first is used, the others are still accepted. Not enumerable: neither JSON nor a log shows them, nor does a spread copy them. */
  readonly secrets: readonly [string, ...string[]];
  /** The configuration with its defaults, secrets as where they are kept. Not enumerable. */
  readonly decoded: object;
  readonly store: StoreConfig;
  readonly audit: AuditConfig;
  readonly callers: readonly CallerSource[];
  /** Who is told what happens. */
  readonly events: readonly EventReceiverConfig[];
  readonly trustedProxies: readonly string[];
  /** Pages of other origins that may read our answers. */
  readonly cors: { readonly origins: readonly string[]; readonly credentials: boolean } | undefined;
  readonly log: { readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent' };
  readonly body: {
    readonly limitBytes: number;
    readonly timeoutMs: number;
    /** Of a multipart body, files included. */
    readonly uploadBytes: number;
    /** Of one body, kept in memory. */
    readonly memoryBytes: number;
    /** Bytes of bodies held at once. */
    readonly budgetBytes: number;
    /** Bytes of bodies on the disk at once. */
    readonly diskBytes: number;
    /** How many times its size a compressed body may unpack to. */
    readonly unpackedRatio: number;
    /** The largest stored record that is read. */
    readonly recordBytes: number;
  };
  readonly shutdown: { readonly drainDelayMs: number; readonly timeoutMs: number };
  readonly hashing: { readonly concurrency: number; readonly queue: number };
  readonly limits: Limits;
  readonly modules: readonly ModuleDefinition[];
  readonly channels: readonly ChannelConfig[];
  /** Those in force: a rule that is off is left out. */
  readonly rules: readonly Rule[];
};

/** The object with further members that are there for who asks by name, and for nobody else. */
export function withHidden<V extends object, H extends object>(visible: V, hidden: H): V & H {
  const whole = Object.assign({}, visible, hidden);
  for (const name of Object.keys(hidden)) Object.defineProperty(whole, name, { enumerable: false });
  return whole;
}

/** Freezes plain objects and lists all the way down, hidden members too. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const name of Object.getOwnPropertyNames(value)) freezeDeep(Reflect.get(value, name));
  return value;
}
