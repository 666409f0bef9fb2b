import type { Backend, Front } from './front.ts';
import { absentFrom, type Lane } from './plan.ts';

/**
 * Maps, two upstreams and a server, for `include` inside of `http { … }`. What goes straight stays in the location where it came in,
 * so that it costs nothing but the maps. All else is led to the gateway's location by a status, which sends it on as it is.
 * https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page
 */
export function nginx({ plan, listen, gateway, crm, keepsHost, seconds }: Front): string {
  const { lanes, codes, names } = plan;
  return `
# "underscores_in_headers" stays off (nginx's default): names of headers have letters, digits and "-" only.
${lanes.map((lane, index) => laneMap(lane, index + 1)).join('\n')}
map $request $countersign_lane_${lanes.length + 1} {
  default no;
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
  proxy_http_version 1.1;
  proxy_request_buffering off;
  proxy_intercept_errors off;
  proxy_next_upstream off;
  proxy_read_timeout ${seconds}s;
  error_page ${TO_THE_GATEWAY} = @countersign;
  location / {
    if ($countersign_lane_1 != yes) {
      return ${TO_THE_GATEWAY};
    }
    proxy_pass ${schemeOf(crm)}://countersign_crm${baseOf(crm)};
    proxy_set_header Host ${keepsHost ? '$http_host' : crm.authority};
    proxy_set_header Connection "";${FORWARDED}${codes.map(dropped).join('')}${names.map(dropped).join('')}${tlsOf(crm)}
  }
  location @countersign {
    proxy_pass ${schemeOf(gateway)}://countersign_gateway${baseOf(gateway)};
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $countersign_connection;${FORWARDED}${names.map(unset).join('')}${tlsOf(gateway)}
  }
}
`;
}

/** A status that no server answers with, to mark what the gateway gets. */
const TO_THE_GATEWAY = 599;

const FORWARDED = `
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header Forwarded "";
    proxy_set_header X-Real-IP "";
    proxy_set_header X-Client-IP "";`;

/** `yes` where the request is of the lane; else what the next lane says. A map is looked into only where it is asked for. */
function laneMap(lane: Lane, number: number): string {
  const headers = absentFrom(lane).map(variableOf);
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

/** nginx has read that header anyway; it looks through all of them for any other one. */
function variableOf(header: string): string {
  return header === 'content-length' ? '$content_length' : `$http_${header.replaceAll('-', '_')}`;
}

/** What is found in a target, as it is found in the first line of a request. */
export function inLine(source: string): string {
  return source.startsWith('^') ? `^[^ ]+ ${source.slice(1)}` : source;
}

/** A header that costs nothing, since it is only left out. */
function dropped(name: string): string {
  return `\n    proxy_set_header ${name} "";`;
}

function unset(name: string): string {
  return `\n    # Set it here by what your own log-in says.${dropped(name)}`;
}

/** The address as it was asked for, behind the path of the server. */
function baseOf({ base }: Backend): string {
  return base && `${base}$request_uri`;
}

function tlsOf({ isTls, host, caFile }: Backend): string {
  if (!isTls) return '';
  return `
    proxy_ssl_server_name on;
    proxy_ssl_name ${host};
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate ${caFile};`;
}

function schemeOf({ isTls }: Backend): string {
  return isTls ? 'https' : 'http';
}
