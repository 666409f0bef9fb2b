import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openFolder } from '../harness/world.ts';
import { faultsOf } from './envoy-api.ts';
import { clusterFor } from './envoy-routing.ts';
import { LOOKED_AT, MODULES, STRAIGHT } from './requests.ts';
import { generated } from './stage.ts';

const bootstrap = async (upstream: string, changes: object = {}) =>
  parse(await generated(openFolder(), 'envoy', 10_000, 'http://127.0.0.1:8080', upstream, changes)) as Record<
    string,
    object
  >;

it.each([
  'http://127.0.0.1:3000',
  'https://crm.acme.test/base',
])('the bootstrap for a CRM at %s is what the published API of Envoy allows', async (upstream) => {
  const changes = {
    passthrough: ['/files/**'],
    unmappedWrites: 'forward',
    trustedProxies: ['127.0.0.1'],
    callers: [{ header: 'X-User', from: 'trustedProxies' }],
  };
  expect(faultsOf(await bootstrap(upstream, changes))).toEqual([]);
});

/** What is made once for all that is put wrong. */
let plain: string | undefined;
it.each([
  ['a field that the API has not', '"static_resources":', '"static_resource":'],
  ['a span of time without its unit', '"connect_timeout":"5s"', '"connect_timeout":"5"'],
  ['a word that is none of its enum', '"STRICT_DNS"', '"STRICT"'],
  ['two ways to match at once', '{"prefix":"/"}', '{"prefix":"/","path":"/"}'],
  ['a filter that is none', 'filters.http.lua.v3.Lua', 'filters.http.lua.v3.Moon'],
  ['a field of a filter that it has not', '"default_source_code":', '"source":'],
  ['a name that has to be there', '"stat_prefix":"countersign"', '"stat_prefix":""'],
  ['a list that may not be empty', '"domains":["*"]', '"domains":[]'],
  ['a header that is none', '"name":":path"', '"name":"the path"'],
  ['a time that has to pass', '"connect_timeout":"5s"', '"connect_timeout":"0s"'],
  ['a port that is none', '"port_value":3000', '"port_value":70000'],
  ['a route that leads nowhere', '"cluster":"countersign_gateway"', '"priority":"DEFAULT"'],
])('%s would be seen', async (_, right, wrong) => {
  plain ??= JSON.stringify(await bootstrap('http://127.0.0.1:3000'));
  expect(plain).toContain(right);
  expect(faultsOf(JSON.parse(plain.replaceAll(right, wrong)))).not.toEqual([]);
});

it('an address of IPv6 stands without its brackets, which no socket address of Envoy has', async () => {
  const text = JSON.stringify(await bootstrap('http://[::1]:3000'));
  expect(text).toContain('"address":"::1","port_value":3000');
  expect(text).not.toContain('"address":"[');
});

it('each lane is a route before that of the gateway, which takes all else', async () => {
  const text = JSON.stringify(await bootstrap('http://127.0.0.1:3000'));
  const clusters = [...text.matchAll(/"cluster":"(\w+)"/g)].map(([, name]) => name);
  expect(clusters).toEqual(['countersign_crm', 'countersign_crm', 'countersign_gateway']);
  for (const name of ['x-http-method-override', 'content-length', 'upgrade', 'otprules-otp-7'])
    expect(text).toContain(`{"name":"${name}","present_match":false}`);
});

it('the patterns are such as Envoy compiles, however long they are', async () => {
  const whole = await bootstrap('http://127.0.0.1:3000');
  const [layer] = (whole['layered_runtime'] as { layers: { static_layer: object }[] }).layers;
  expect(layer?.static_layer).toEqual({ 're2.max_program_size.error_level': 4_294_967_295 });
  // RE2 has none that look around, and none that look back: https://github.com/google/re2/wiki/Syntax
  const patterns = [...JSON.stringify(whole).matchAll(/"regex":"((?:[^"\\]|\\.)*)"/g)].map(
    ([, found]) => found,
  );
  expect(patterns.length).toBeGreaterThan(5);
  for (const pattern of patterns) expect(pattern).not.toMatch(/\(\?<?[=!]|\(\?>|\\\\[1-9]/);
});

it('its routes send straight to the CRM what other proxies send there, and nothing that they do not', async () => {
  const whole = await bootstrap('http://127.0.0.1:3000', MODULES);
  const led = (requests: typeof STRAIGHT) =>
    requests.map((request) => [request[0], clusterFor(whole, request)]);
  expect(led(STRAIGHT)).toEqual(STRAIGHT.map(([line]) => [line, 'countersign_crm']));
  expect(led(LOOKED_AT)).toEqual(LOOKED_AT.map(([line]) => [line, 'countersign_gateway']));
});
