import { CHANNEL_KINDS } from '../../channels/all.ts';
import type { ChannelKind, StoreKind } from '../../kinds/kind.ts';
import type { Revealed } from '../../kinds/secret.ts';
import { STORE_KINDS } from '../../stores/all.ts';
import type { ConfigPath, Finding } from '../explain/problem.ts';
import type { Decoded } from '../schema/schema.ts';
import type { Surroundings } from './resolve-secret.ts';
import { reveal } from './reveal.ts';

/** What is opened, by its kind: the settings with their secrets, and the folder from which their paths count. */
export type Opening<Settings extends { readonly kind: string }> = {
  readonly settings: Revealed<Settings>;
  readonly folder: string;
};

/** The store, ready to be opened. */
export type StoreConfig = Opening<Decoded['store']>;
/** A channel, ready to be opened. */
export type ChannelConfig = { readonly name: string } & Opening<Decoded['channels'][string]>;

/** The kind of that name; the schema has let no other through. */
export function channelKindOf(kind: string): ChannelKind {
  return kindIn<ChannelKind>(CHANNEL_KINDS, kind);
}

/** The kind of that name; the schema has let no other through. */
export function storeKindOf(kind: string): StoreKind {
  return kindIn<StoreKind>(STORE_KINDS, kind);
}

function kindIn<K extends { readonly kind: string }>(kinds: readonly K[], wanted: string): K {
  const found = kinds.find(({ kind }) => kind === wanted);
  if (!found) throw new TypeError(`there is no kind ${wanted}`);
  return found;
}

/** Fetches the secrets of an entry; what is wrong with them is added to the findings. */
export function compileKind<Settings extends { readonly kind: string }>(
  settings: Settings,
  path: ConfigPath,
  surroundings: Surroundings,
  { kind, findings }: { readonly kind: ChannelKind | StoreKind; readonly findings: Finding[] },
): Opening<Settings> {
  const revealed = reveal(settings, path, surroundings, findings);
  for (const fault of kind.faultsOf?.(revealed) ?? [])
    findings.push({ path: [...path, ...fault.path], message: fault.message });
  return { settings: revealed, folder: surroundings.folder };
}
