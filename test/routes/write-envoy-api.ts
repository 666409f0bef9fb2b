import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Writes `envoy-api.binpb.gz` from what gRPC publishes of Envoy's API: `node test/routes/write-envoy-api.ts`. Both packages are too
 * large to be installed by everybody who runs the tests.
 */
const folder = mkdtempSync(join(tmpdir(), 'countersign-envoy-api-'));
const run = (program: string, words: readonly string[]) =>
  execFileSync(program, words, { cwd: folder, stdio: 'inherit' });
const PACKAGES = ['@grpc/grpc-js-xds@1.14.1', '@bufbuild/buf@1.75.0'];
const TYPES = {
  'config/bootstrap/v3/bootstrap': 'config.bootstrap.v3.Bootstrap',
  'extensions/filters/network/http_connection_manager/v3/http_connection_manager':
    'extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  'extensions/filters/http/router/v3/router': 'extensions.filters.http.router.v3.Router',
  'extensions/filters/http/lua/v3/lua': 'extensions.filters.http.lua.v3.Lua',
  'extensions/transport_sockets/tls/v3/tls': 'extensions.transport_sockets.tls.v3.UpstreamTlsContext',
};

run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', '.', ...PACKAGES]);
const sources = join(folder, 'node_modules/@grpc/grpc-js-xds/deps');
for (const part of [
  'envoy-api/envoy',
  'xds/udpa',
  'xds/xds',
  'googleapis/google',
  'protoc-gen-validate/validate',
])
  cpSync(join(sources, part), join(folder, 'protos', part.split('/')[1] ?? ''), { recursive: true });
// The copy of the rules' own definition is older than the API, which uses a rule that it has not.
const rules = join(folder, 'protos/validate/validate.proto');
const text = readFileSync(rules, 'utf8');
writeFileSync(rules, text.replace(/strict = 25 .*$/m, '$&\n    optional bool ignore_empty = 26;'));
writeFileSync(join(folder, 'protos/buf.yaml'), 'version: v1\n');
const wanted = Object.entries(TYPES).flatMap(([file, type]) => [
  '--path',
  `protos/envoy/${file}.proto`,
  '--type',
  `envoy.${type}`,
]);
run('node_modules/.bin/buf', ['build', 'protos', ...wanted, '--exclude-source-info', '-o', 'api.binpb']);
const packed = gzipSync(readFileSync(join(folder, 'api.binpb')), { level: 9 });
writeFileSync(new URL('./envoy-api.binpb.gz', import.meta.url), packed);
rmSync(folder, { recursive: true });
