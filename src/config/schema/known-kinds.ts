import { CHANNEL_KINDS } from '../../channels/all.ts';
import { DIALECT_KINDS } from '../../dialects/all.ts';
import type { DialectKind } from '../../dialects/kind.ts';
import type { ChannelKind, StoreKind } from '../../kinds/kind.ts';
import { kindsOf, type OwnKinds } from '../../plugins/kinds-of.ts';
import { STORE_KINDS } from '../../stores/all.ts';

/** The values of `dialect` and `kind` that a configuration may have: those of the project, then those of plug-ins. */
export type Kinds = {
  readonly dialects: readonly DialectKind[];
  readonly channels: readonly ChannelKind[];
  readonly stores: readonly StoreKind[];
};

/** Those of the project. Each gets only what its own schema gave. */
export const BUILT_IN: Kinds = {
  dialects: DIALECT_KINDS,
  channels: CHANNEL_KINDS,
  stores: STORE_KINDS,
};

/** A plug-in, and what the configuration calls it, where that names it. */
export type Brought = { readonly plugin: unknown; readonly index?: number };

/** The kinds with those of plug-ins, and which plug-ins could not be used. */
export type Extended = {
  readonly kinds: Kinds;
  readonly faults: readonly { readonly index: number | undefined; readonly message: string }[];
};

/** Adds what plug-ins bring. A name that is taken is a fault: nobody replaces what another one means by it. */
export function extendedBy(brought: readonly Brought[]): Extended {
  let kinds = BUILT_IN;
  const faults = brought.flatMap(({ plugin, index }) => {
    const own = kindsOf(plugin);
    const taken = takenIn(own, kinds);
    const messages = [...own.faults, ...taken.map((name) => `brings ${name}, which is there already`)];
    if (messages.length === 0)
      kinds = {
        dialects: [...kinds.dialects, ...own.dialects],
        channels: [...kinds.channels, ...own.channels],
        stores: [...kinds.stores, ...own.stores],
      };
    return messages.map((message) => ({ index, message }));
  });
  return { kinds, faults };
}

function takenIn(own: OwnKinds, kinds: Kinds): readonly string[] {
  const names = ({ dialects, channels, stores }: Kinds) => [
    ...dialects.map(({ dialect }) => `the dialect ${dialect.name}`),
    ...channels.map(({ kind }) => `the channel kind ${kind}`),
    ...stores.map(({ kind }) => `the store kind ${kind}`),
  ];
  const known = new Set(names(kinds));
  return names(own).filter((name) => known.has(name));
}

/** The kind of that dialect; undefined where nobody brings it. */
export function dialectKindIn({ dialects }: Kinds, name: string | undefined): DialectKind | undefined {
  return dialects.find(({ dialect }) => dialect.name === name);
}

/** The channel kind of that name; the schema has let no other through. */
export function channelKindIn({ channels }: Kinds, kind: string): ChannelKind {
  return found(channels, kind);
}

/** The store kind of that name; the schema has let no other through. */
export function storeKindIn({ stores }: Kinds, kind: string): StoreKind {
  return found(stores, kind);
}

function found<K extends { readonly kind: string }>(kinds: readonly K[], wanted: string): K {
  const one = kinds.find(({ kind }) => kind === wanted);
  if (!one) throw new TypeError(`there is no kind ${wanted}`);
  return one;
}

/** Whether a plug-in brings it, by the name that `dialect` or `kind` gives. */
export function isOwn(kinds: Kinds, place: keyof Kinds, name: unknown): boolean {
  const isNamed = (one: { readonly dialect: { readonly name: string } } | { readonly kind: string }) =>
    ('kind' in one ? one.kind : one.dialect.name) === name;
  return kinds[place].some(isNamed) && !BUILT_IN[place].some(isNamed);
}
