import type { Door, Front } from './front.ts';
import { absentFrom, type Lane } from './plan.ts';

/** Maps, two upstreams and a server, for `include` inside of `http { … }`. */
export function nginx({ plan, listen, gateway, crm, keepsHost, seconds }: Front): string {
  const { lanes, codes, names } = plan;
  const straight = `${schemeOf(crm)}://countersign_crm${crm.base && `${crm.base}$request_uri`}`;
  return `
# "underscores_in_headers" stays off (nginx's default): names of headers have letters, digits and "-" only.
${lanes.map((lane, index) => laneMap(lane, index + 1, codes)).join('\n')}
map $request $countersign_lane_${lanes.length + 1} {
  default no;
}
map $countersign_lane_1 $countersign_way {
  default ${schemeOf(gateway)}://countersign_gateway${gateway.base && `${gateway.base}$request_uri`};
  yes ${straight};
}
map $countersign_lane_1 $countersign_host {
  default $http_host;${keepsHost ? '' : `\n  yes ${crm.authority};`}
}
map $countersign_lane_1 $countersign_name {
  default ${gateway.host};
  yes ${crm.host};
}
map $http_upgrade $countersign_connection {
  default upgrade;
  "" "";
}
upstream countersign_gateway {
  server ${gateway.host}:${gateway.port};
  keepalive 64;
}
upstream countersign_crm {
  server ${crm.host}:${crm.port};
  keepalive 64;
}
server {
  listen ${listen.host}:${listen.port};
  # The gateway and the CRM have limits of their own.
  client_max_body_size 0;
  location / {
    proxy_pass $countersign_way;
    proxy_http_version 1.1;
    proxy_request_buffering off;
    proxy_next_upstream off;
    proxy_read_timeout ${seconds}s;
    proxy_set_header Host $countersign_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header Forwarded "";
    proxy_set_header X-Real-IP "";
    proxy_set_header X-Client-IP "";
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $countersign_connection;${names.map(unset).join('')}${tlsOf(gateway, crm)}
  }
}
`;
}

/** `yes` where the request is of the lane; else what the next lane says. A map is looked into only where it is asked for. */
function laneMap(lane: Lane, number: number, codes: readonly string[]): string {
  const headers = [...absentFrom(lane), ...codes].map((name) => `$http_${name.replaceAll('-', '_')}`);
  const next = `$countersign_lane_${number + 1}`;
  const nots = lane.unless.map((source) => `  "~*${inLine(source)}" ${next};`);
  return `# ${lane.about}
map "${headers.join('')}" $countersign_bare_${number} {
  default ${next};
  "" yes;
}
map $request $countersign_lane_${number} {
  default ${next};
${nots.join('\n')}
  "~^(?:${lane.methods.join('|')}) ${lane.target} HTTP/1\\.[01]$" $countersign_bare_${number};
}`;
}

/** What is found in a target, as it is found in the first line of a request. */
export function inLine(source: string): string {
  return source.startsWith('^') ? `^[^ ]+ ${source.slice(1)}` : source;
}

function unset(name: string): string {
  return `\n    # Set it here by what your own log-in says.\n    proxy_set_header ${name} "";`;
}

function tlsOf(gateway: Door, crm: Door): string {
  if (!gateway.isTls && !crm.isTls) return '';
  return `
    proxy_ssl_server_name on;
    proxy_ssl_name $countersign_name;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ${(crm.isTls ? crm : gateway).caFile};`;
}

function schemeOf({ isTls }: Door): string {
  return isTls ? 'https' : 'http';
}
