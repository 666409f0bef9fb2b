import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GatewayOptions, MAIN } from './gateway.ts';
import { CLIENT_CORE, MEASURED_CORE } from './pinned.ts';
import { type Command, type Running, startServer } from './server.ts';

/** A record of about a kilobyte, as CRMs have them: an object and a list are among its members. */
export const RECORD = JSON.stringify({
  subject: 'Delivery of 12 boxes',
  status: 'Delivered',
  stage: 'Handed over',
  owner: 'rep-1',
  priority: 'normal',
  approval: 'given',
  category: 'parcel',
  contract: 'C-1204',
  discount: 'none',
  region: 'South',
  bank: 'Banco do Rio',
  phone: '+14155550100',
  email: 'ann@customer.test',
  address: { street: '12 Harbour Street', city: 'Lisbon', country: 'PT' },
  tags: ['fragile', 'insured', 'morning'],
  note: 'x'.repeat(560),
});

/** The CRM: it answers every read with the record, and every save with a word, from memory. */
export function startCrm(folder: string): Promise<Running> {
  return startNginx(folder, CLIENT_CORE, [
    'default_type application/json;',
    `location / { if ($request_method = GET) { return 200 '${RECORD}'; } return 200 '{"saved":true}'; }`,
  ]);
}

/** The proxy that is no Node: nothing but forwarding. */
export function startNginxProxy(folder: string, crm: string): Promise<Running> {
  return startNginx(folder, MEASURED_CORE, [`location / { ${PROXY} }`], [upstreamOf(crm)]);
}

/** nginx as it stands in front of a CRM: it tells whom and what a client asked, and lets WebSockets through. */
export function startNginxInFront(folder: string, crm: string): Promise<Running> {
  const connection = 'map $http_upgrade $connection_upgrade { default upgrade; "" ""; }';
  const headers = [
    ['Host', '$http_host'],
    ['X-Forwarded-For', '$remote_addr'],
    ['X-Forwarded-Proto', '$scheme'],
    ['X-Forwarded-Host', '$http_host'],
    ['Upgrade', '$http_upgrade'],
    ['Connection', '$connection_upgrade'],
  ].map(([name, value]) => `proxy_set_header ${name} ${value};`);
  const passed = `proxy_pass http://crm; proxy_http_version 1.1; ${headers.join(' ')}`;
  return startNginx(folder, MEASURED_CORE, [`location / { ${passed} }`], [upstreamOf(crm), connection]);
}

/** nginx with what `countersign routes` prints: what needs no code goes straight, and the gateway is asked for the rest. */
export function startNginxWithRoutes(folder: string, crm: string, options: GatewayOptions): Promise<Running> {
  const own = mkdtempSync(join(folder, 'routes-'));
  const config = join(own, 'countersign.json');
  const secret = { env: 'COUNTERSIGN_SECRET' };
  writeFileSync(config, JSON.stringify({ version: 1, ...options, upstream: { url: crm }, secret }));
  return startServer((port) => {
    const words = ['--listen', `127.0.0.1:${port}`, '--gateway', 'http://127.0.0.1:9'];
    const printed = execFileSync(process.execPath, [
      MAIN,
      'routes',
      '--format',
      'nginx',
      '-c',
      config,
      ...words,
    ]);
    const routes = join(own, 'routes.conf');
    // As long-lived as the connections of the proxy beside it.
    writeFileSync(
      routes,
      printed.toString().replaceAll('keepalive 64;', 'keepalive 64; keepalive_requests 1000000000;'),
    );
    return nginxOf(own, MEASURED_CORE, [`include ${routes};`]);
  });
}

/** The same with the check in njs: it reads the body, parses it, judges a field of it, and forwards it written anew. */
export function startNginxWithCheck(folder: string, crm: string): Promise<Running> {
  const script = join(folder, 'check.js');
  writeFileSync(script, CHECK);
  const locations = ['location / { js_content check.check; }', `location @crm { ${PROXY} }`, INTERNAL];
  const imported = [`js_path ${folder};`, 'js_import check from check.js;'];
  return startNginx(folder, MEASURED_CORE, locations, [upstreamOf(crm), ...imported], [LOAD_NJS]);
}

const PROXY =
  'proxy_pass http://crm; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr;';
const INTERNAL = `location /crm/ { internal; rewrite ^/crm(/.*)$ $1 break; ${PROXY} }`;
/** Where the package of Debian puts it. */
const LOAD_NJS = 'load_module /usr/lib/nginx/modules/ngx_http_js_module.so;';

const CHECK = `
function check(request) {
  if (request.method === 'GET') return request.internalRedirect('@crm');
  const save = JSON.parse(request.requestText);
  if (save.status === 'Closed') return request.return(428, '{}');
  request.subrequest('/crm' + request.uri, { method: request.method, body: JSON.stringify(save) })
    .then((answer) => request.return(answer.status, answer.responseText));
}
export default { check };
`;

function upstreamOf(crm: string): string {
  return `upstream crm { server ${new URL(crm).host}; keepalive 64; keepalive_requests 1000000000; }`;
}

function startNginx(
  folder: string,
  core: number,
  locations: readonly string[],
  http: readonly string[] = [],
  main: readonly string[] = [],
): Promise<Running> {
  const own = mkdtempSync(join(folder, 'nginx-'));
  return startServer((port) => {
    const server = `server { listen 127.0.0.1:${port} backlog=1024; ${locations.join(' ')} }`;
    return nginxOf(own, core, [...http, server], main);
  });
}

/** The command of an nginx with these lines in its `http` block. */
function nginxOf(own: string, core: number, http: readonly string[], main: readonly string[] = []): Command {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${own}/${name};`,
  );
  const text = [
    'daemon off; worker_processes 1; master_process off; pcre_jit on;',
    `pid ${own}/nginx.pid; error_log ${own}/error.log warn;`,
    ...main,
    'events { worker_connections 4096; }',
    'http {',
    `access_log off; keepalive_requests 1000000000; ${paths.join(' ')}`,
    'client_max_body_size 0; client_body_buffer_size 64k; subrequest_output_buffer_size 64k;',
    ...http,
    '}',
  ];
  const file = join(own, 'nginx.conf');
  writeFileSync(file, `${text.join('\n')}\n`);
  return { core, program: 'nginx', args: ['-c', file, '-p', own, '-e', join(own, 'error.log')] };
}
