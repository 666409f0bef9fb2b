import type * as z from 'zod';
import type { Dialect } from '../dialects/dialect.ts';
import type { Channel, Clock, LedgerStore, Log } from '../ports.ts';

/** What a plug-in brings: dialects, channels and stores by the names that the configuration gives them. It is the default export of a module. */
export type Plugin = {
  /** By which messages call it. */
  readonly name: string;
  readonly dialects?: Readonly<Record<string, OwnDialect>>;
  readonly channels?: Readonly<Record<string, OwnChannel>>;
  readonly stores?: Readonly<Record<string, OwnStore>>;
};

/** A value of `dialect`. The keys that modules of every dialect have (`relations`, `knownFields` and others) are added to its schema. */
export type OwnDialect = {
  /** The keys of a module, without `dialect`. `path` is where its requests go. */
  readonly schema: z.ZodObject;
  readonly dialect: Dialect;
  /** Several of its modules may have the same path: requests name their module by its `type`. */
  readonly sharesPath?: boolean;
};

/** What countersign gives to what is opened. */
export type PluginContext = {
  /** From which relative paths count: that of the configuration file. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
};

/** What a schema gave, with the secrets as text. */
export type OwnSettings = Readonly<Record<string, unknown>>;

type Opened<Port> = {
  /** The keys, without `kind` and without the secrets. */
  readonly schema: z.ZodObject;
  /** Keys that hold a secret: written as `{ env: NAME }` or `{ file: path }`, and handed over as text. */
  readonly secrets?: readonly string[];
  /** Opens what the settings describe, and reaches nobody before it is used. What it throws keeps the gateway from starting. */
  open(settings: OwnSettings, context: PluginContext): Port | Promise<Port>;
};

/** A value of `kind` of channels. */
export type OwnChannel = Opened<Channel>;

/** A value of `kind` of the store. */
export type OwnStore = Opened<LedgerStore> & {
  /** Several processes can share it, so that `workers` may be more than one. */
  readonly isShared?: boolean;
};
