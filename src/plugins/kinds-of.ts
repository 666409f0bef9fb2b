import type { DialectKind } from '../dialects/kind.ts';
import type { ChannelKind, StoreKind } from '../kinds/kind.ts';
import { heldChannel } from './held-channel.ts';
import { heldDialect, lackingIn } from './held-dialect.ts';
import { heldStore } from './held-store.ts';
import { isObjectSchema, MODULE_KEYS, moduleSchemaOf, settingsSchema } from './own-schema.ts';
import type { OwnChannel, OwnDialect, OwnSettings, OwnStore, Plugin } from './plugin.ts';

/** What plug-ins add to the kinds of the configuration, or why one of them cannot be used. */
export type OwnKinds = {
  readonly dialects: readonly DialectKind[];
  readonly channels: readonly ChannelKind[];
  readonly stores: readonly StoreKind[];
  readonly faults: readonly string[];
};

/** The kinds that a plug-in brings. What it lacks is said, and nothing of it is called. */
export function kindsOf(plugin: unknown): OwnKinds {
  if (!isRecord(plugin) || typeof plugin['name'] !== 'string' || plugin['name'] === '')
    return {
      ...NONE,
      faults: ['is not a plug-in: its default export must be { name, dialects, channels, stores }'],
    };
  const { name, dialects = {}, channels = {}, stores = {}, ...unknown } = plugin as Plugin;
  const faults = [
    ...Object.keys(unknown).map((key) => `unknown key "${key}"; known are name, dialects, channels, stores`),
    ...faultsIn('dialects', dialects, faultsOfDialect),
    ...faultsIn('channels', channels, faultsOfOpened),
    ...faultsIn('stores', stores, faultsOfOpened),
  ].map((fault) => `the plug-in ${name}: ${fault}`);
  if (faults.length > 0) return { ...NONE, faults };
  return {
    dialects: Object.entries(dialects).map(([dialect, own]) => dialectKindOf(dialect, own, name)),
    channels: Object.entries(channels).map(([kind, own]) => channelKindOf(kind, own, name)),
    stores: Object.entries(stores).map(([kind, own]) => storeKindOf(kind, own, name)),
    faults: [],
  };
}

const NONE: OwnKinds = { dialects: [], channels: [], stores: [], faults: [] };

function dialectKindOf(
  name: string,
  { schema, dialect, sharesPath = false }: OwnDialect,
  plugin: string,
): DialectKind {
  return {
    schema: moduleSchemaOf(schema, name, sharesPath),
    dialect: heldDialect(name, dialect, plugin),
    sharesPath,
  };
}

function channelKindOf(
  kind: string,
  { schema, secrets = [], open }: OwnChannel,
  plugin: string,
): ChannelKind {
  return {
    kind,
    schema: (secret) => settingsSchema(schema, kind, secrets, secret),
    open: (settings, { name, folder, clock, log }) =>
      heldChannel(() => open(settings as OwnSettings, { folder, clock, log }), {
        plugin,
        what: `channel ${name}`,
      }),
  };
}

function storeKindOf(
  kind: string,
  { schema, secrets = [], isShared = false, open }: OwnStore,
  plugin: string,
): StoreKind {
  return {
    kind,
    isShared,
    schema: (secret) => settingsSchema(schema, kind, secrets, secret),
    open: (settings, { folder, clock, log }) =>
      heldStore(() => open(settings as OwnSettings, { folder, clock, log }), {
        plugin,
        what: `store ${kind}`,
      }),
  };
}

function faultsIn(
  place: string,
  entries: unknown,
  faultsOf: (own: Readonly<Record<string, unknown>>) => readonly string[],
): readonly string[] {
  if (!isRecord(entries)) return [`${place} must be a group of names`];
  return Object.entries(entries).flatMap(([name, own]) => {
    const faults = isRecord(own) ? [...faultsOfSchema(own), ...faultsOf(own)] : ['must be an object'];
    const isName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name);
    return (isName ? faults : [...faults, 'is no name of letters, digits, "_", "." and "-"']).map(
      (fault) => `${place}.${name} ${fault}`,
    );
  });
}

function faultsOfSchema({ schema, secrets = [] }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isObjectSchema(schema)) return ['needs "schema", a z.strictObject of zod 4.1 or later'];
  if (!Array.isArray(secrets) || secrets.some((secret) => typeof secret !== 'string'))
    return ['has "secrets" that are no list of names'];
  return ['kind', ...secrets]
    .filter((key) => key in schema.shape)
    .map((key) => `has "${key}" in its schema, which countersign adds`);
}

function faultsOfDialect({ schema, dialect }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isRecord(dialect)) return ['needs "dialect"'];
  const taken = isObjectSchema(schema) ? MODULE_KEYS.filter((key) => key in schema.shape) : [];
  return [
    ...lackingIn(dialect).map((lacking) => `lacks the function "${lacking}" of its dialect`),
    ...taken.map((key) => `has "${key}" in its schema, which countersign adds`),
  ];
}

function faultsOfOpened({ open }: Readonly<Record<string, unknown>>): readonly string[] {
  return typeof open === 'function' ? [] : ['needs the function "open"'];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
