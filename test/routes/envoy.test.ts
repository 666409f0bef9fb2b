import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openFolder } from '../harness/world.ts';
import { generated } from './stage.ts';

/** A type by its name, of a list, of a map's values, or the words of an enum. */
type FieldType =
  | string
  | readonly [FieldType]
  | { readonly map: FieldType }
  | { readonly enum: readonly string[] };
type Words = { readonly enum: readonly string[] };
type Messages = Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

const { messages } = JSON.parse(readFileSync(new URL('./envoy-api.json', import.meta.url), 'utf8')) as {
  readonly messages: Messages;
};
const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'boolean',
  uint32: 'number',
  double: 'number',
};
/** Written as plain values. Source: https://protobuf.dev/programming-guides/json/ */
const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  'google.protobuf.Duration': (value) => typeof value === 'string' && /^\d+(?:\.\d+)?s$/.test(value),
  'google.protobuf.BoolValue': (value) => typeof value === 'boolean',
};

const wordFaults = (value: unknown, { enum: words }: Words, place: string): readonly string[] =>
  words.includes(value as string) ? [] : [`${place} is none of ${words.join(', ')}`];
const mapFaults = (value: unknown, type: FieldType, place: string): readonly string[] =>
  Object.entries(value as object).flatMap(([key, item]) => faultsOf(item, type, `${place}.${key}`));

const isMap = (type: FieldType): type is { readonly map: FieldType } =>
  typeof type === 'object' && !Array.isArray(type) && 'map' in type;

/** What Envoy would not take, each by its place. */
function faultsOf(value: unknown, type: FieldType, place: string): readonly string[] {
  if (Array.isArray(type)) {
    if (!Array.isArray(value)) return [`${place} is no list`];
    return value.flatMap((item, index) =>
      faultsOf(item, (type as readonly [FieldType])[0], `${place}[${index}]`),
    );
  }
  if (typeof type !== 'string')
    return isMap(type) ? mapFaults(value, type.map, place) : wordFaults(value, type as Words, place);
  if (PLAIN[type]) return PLAIN[type](value) ? [] : [`${place} is no ${type}`];
  const scalar = SCALARS[type];
  if (scalar !== undefined) return typeof value === scalar ? [] : [`${place} is no ${scalar}`];
  if (typeof value !== 'object' || value === null) return [`${place} is no message`];
  const { '@type': url, ...rest } = value as Readonly<Record<string, unknown>>;
  const name = type === 'google.protobuf.Any' ? String(url).replace('type.googleapis.com/', '') : type;
  const fields = messages[name];
  if (!fields) return [`${place}: there is no message ${name}`];
  return Object.entries(type === 'google.protobuf.Any' ? rest : (value as object)).flatMap(([key, item]) => {
    const field = fields[key];
    return field === undefined
      ? [`${place}.${key} is no field of ${name}`]
      : faultsOf(item, field, `${place}.${key}`);
  });
}

const BOOTSTRAP = 'envoy.config.bootstrap.v3.Bootstrap';

const bootstrap = (upstream: string, changes: object = {}) =>
  parse(generated(openFolder(), 'envoy', 10_000, 'http://127.0.0.1:8080', upstream, changes)) as Record<
    string,
    object
  >;

it.each([
  'http://127.0.0.1:3000',
  'https://crm.acme.test/base',
])('the bootstrap for a CRM at %s has the fields and types of the published API', (upstream) => {
  const changes = {
    passthrough: ['/files/**'],
    unmappedWrites: 'forward',
    trustedProxies: ['127.0.0.1'],
    callers: [{ header: 'X-User', from: 'trustedProxies' }],
  };
  expect(faultsOf(bootstrap(upstream, changes), BOOTSTRAP, '')).toEqual([]);
});

it('a field that the API has not, or of another type, would be seen', () => {
  const whole = bootstrap('http://127.0.0.1:3000');
  expect(faultsOf({ ...whole, static_resource: {} }, BOOTSTRAP, '')).toHaveLength(1);
  expect(
    faultsOf({ static_resources: { clusters: [{ connect_timeout: '5' }] } }, BOOTSTRAP, ''),
  ).toHaveLength(1);
});

it('each lane is a route before that of the gateway, which takes all else', () => {
  const text = JSON.stringify(bootstrap('http://127.0.0.1:3000'));
  const clusters = [...text.matchAll(/"cluster":"(\w+)"/g)].map(([, name]) => name);
  expect(clusters).toEqual(['countersign_crm', 'countersign_crm', 'countersign_gateway']);
  for (const name of ['x-http-method-override', 'content-length', 'upgrade', 'otprules-otp-7'])
    expect(text).toContain(`{"name":"${name}","present_match":false}`);
});
