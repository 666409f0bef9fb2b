import type * as z from 'zod';
import type { Channel, Clock, LedgerStore, Log } from '../ports.ts';
import type { Revealed, SecretSchema } from './secret.ts';

/** Something to say of a setting, at its place below the entry of the configuration. */
export type Advice = { readonly path: readonly (string | number)[]; readonly message: string };

/** What the world gives to what is opened. */
export type KindContext = {
  /** That of the entry in the configuration. */
  readonly name: string;
  /** From which relative paths count: that of the configuration file. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
};

/** One value of `kind` in the configuration: its keys, and how what they describe is opened. */
type Kind<Schema extends z.ZodType, Opened> = {
  readonly kind: string;
  /** The keys, `kind` among them. `secret` is how a secret may be given. */
  schema(secret: SecretSchema): Schema;
  /** What is accepted and deserves a second look. `name` is that of the entry. */
  advise?(settings: z.output<Schema>, name: string): readonly Advice[];
  /** What is wrong with secrets, which are known by now. */
  faultsOf?(settings: Revealed<z.output<Schema>>): readonly Advice[];
  /** Opens what the settings describe, durations in milliseconds. Reaches nobody before it is used. */
  open(settings: Revealed<z.output<Schema>>, context: KindContext): Opened;
};

/** A way in which codes are sent. */
export type ChannelKind<Schema extends z.ZodType = z.ZodType> = Kind<Schema, Channel> & {
  /** The most symbols that a code may have there. */
  readonly longestCode?: number;
  /** A server that has to be reached before guarded saves can be served. */
  placeOf?(settings: Revealed<z.output<Schema>>): HostPort;
  /** Where its messages go, where that is another server. */
  serverOf?(settings: Revealed<z.output<Schema>>): HostPort;
};

/** A port of a server. */
export type HostPort = { readonly host: string; readonly port: number };

/** A place where ledger rows are kept. */
export type StoreKind<Schema extends z.ZodType = z.ZodType> = Kind<Schema, LedgerStore> & {
  /** Several processes can share it. */
  readonly isShared: boolean;
};

/** Gives the kind the types of its own settings. */
export function channelKind<const Schema extends z.ZodType>(kind: ChannelKind<Schema>): ChannelKind<Schema> {
  return kind;
}

/** Gives the kind the types of its own settings. */
export function storeKind<const Schema extends z.ZodType>(kind: StoreKind<Schema>): StoreKind<Schema> {
  return kind;
}
