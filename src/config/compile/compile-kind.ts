import type { ChannelKind, HostPort, KindContext, StoreKind } from '../../kinds/kind.ts';
import type { Revealed } from '../../kinds/secret.ts';
import type { ConfigPath, Diagnostic } from '../explain/problem.ts';
import type { Decoded } from '../schema/schema.ts';
import type { Surroundings } from './resolve-secret.ts';
import { reveal } from './reveal.ts';

/** What is opened: the settings with their secrets, the folder from which their paths count, and how its kind opens them. */
export type KindToOpen<Settings extends { readonly kind: string }, Port> = {
  readonly settings: Revealed<Settings>;
  readonly folder: string;
  readonly open: (context: Omit<KindContext, 'folder'>) => Port;
};

/** The store, ready to be opened. */
export type StoreConfig = KindToOpen<Decoded['store'], ReturnType<StoreKind['open']>>;
/** A channel, ready to be opened. `place` is the server that has to be reached before it can send. */
export type ChannelConfig = {
  readonly name: string;
  readonly place: HostPort | undefined;
  /** Where its messages go. */
  readonly server: HostPort | undefined;
} & KindToOpen<Decoded['channels'][string], ReturnType<ChannelKind['open']>>;

/** Fetches the secrets of an entry; what is wrong with them is added to the findings. */
export function compileStore(
  settings: Decoded['store'],
  kind: StoreKind,
  surroundings: Surroundings,
  findings: Diagnostic[],
): StoreConfig {
  const { folder } = surroundings;
  const revealed = revealedBy(kind, settings, ['store'], surroundings, findings);
  return { settings: revealed, folder, open: (context) => kind.open(revealed, { ...context, folder }) };
}

/** The same for a channel. */
export function compileChannel(
  [name, settings]: [string, Decoded['channels'][string]],
  kind: ChannelKind,
  surroundings: Surroundings,
  findings: Diagnostic[],
): ChannelConfig {
  const { folder } = surroundings;
  const before = findings.length;
  const revealed = revealedBy(kind, settings, ['channels', name], surroundings, findings);
  const isWhole = findings.length === before;
  const place = isWhole ? kind.placeOf?.(revealed) : undefined;
  return {
    name,
    settings: revealed,
    folder,
    place,
    server: place ?? (isWhole ? kind.serverOf?.(revealed) : undefined),
    open: (context) => kind.open(revealed, { ...context, folder }),
  };
}

function revealedBy<Settings>(
  kind: ChannelKind | StoreKind,
  settings: Settings,
  path: ConfigPath,
  surroundings: Surroundings,
  findings: Diagnostic[],
): Revealed<Settings> {
  const revealed = reveal(settings, path, surroundings, findings);
  for (const fault of kind.faultsOf?.(revealed) ?? [])
    findings.push({ path: [...path, ...fault.path], message: fault.message });
  return revealed;
}
