import { stringify } from 'yaml';
import type { Backend, Front } from './front.ts';
import { absentFrom, type Lane } from './plan.ts';

/** A whole bootstrap. Source: the v3 API, https://www.envoyproxy.io/docs/envoy/latest/api-v3/api */
export function envoy(front: Front): string {
  const { listen, gateway, crm } = front;
  const bootstrap = {
    static_resources: {
      listeners: [
        {
          name: 'countersign',
          address: socketOf(listen),
          filter_chains: [
            {
              filters: [
                { name: 'envoy.filters.network.http_connection_manager', typed_config: managerOf(front) },
              ],
            },
          ],
        },
      ],
      clusters: [clusterOf('countersign_gateway', gateway), clusterOf('countersign_crm', crm)],
    },
    layered_runtime: { layers: [{ name: 'countersign', static_layer: ANY_LENGTH_OF_PATTERNS }] },
  };
  return `\n${stringify(bootstrap, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/**
 * Envoy refuses a pattern whose compiled program has more than 100 steps, unless it is told otherwise; those of the lanes have.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/matcher/v3/regex.proto
 */
const ANY_LENGTH_OF_PATTERNS = { 're2.max_program_size.error_level': 2 ** 32 - 1 };

const type = (name: string) => ({ '@type': `type.googleapis.com/envoy.${name}` });

function managerOf({ plan, gateway, crm, keepsHost, seconds }: Front): object {
  const straight = keepsHost ? {} : { host_rewrite_literal: crm.authority };
  const timeout = `${seconds}s`;
  const { lanes, codes, names } = plan;
  return {
    ...type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'countersign',
    codec_type: 'HTTP1',
    use_remote_address: true,
    // The path goes on as it came.
    normalize_path: false,
    merge_slashes: false,
    path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
    // No name of a header that CGI takes for another one.
    common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' },
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    http_filters: [
      {
        name: 'envoy.filters.http.lua',
        typed_config: {
          ...type('extensions.filters.http.lua.v3.Lua'),
          default_source_code: { inline_string: WITHOUT_ODD_NAMES },
        },
      },
      {
        name: 'envoy.filters.http.router',
        typed_config: type('extensions.filters.http.router.v3.Router'),
      },
    ],
    route_config: {
      name: 'countersign',
      request_headers_to_remove: ['forwarded', 'x-real-ip', 'x-client-ip'],
      request_headers_to_add: [
        saying('x-forwarded-for', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'),
        saying('x-forwarded-host', '%REQ(:AUTHORITY)%'),
      ],
      virtual_hosts: [
        {
          name: 'countersign',
          domains: ['*'],
          routes: [
            ...lanes.map((lane) => ({
              name: lane.about,
              match: { prefix: '/', headers: conditionsOf(lane, codes) },
              route: { cluster: 'countersign_crm', timeout, ...straight, ...rewriteOf(crm) },
            })),
            {
              name: 'the gateway',
              match: { prefix: '/' },
              route: { cluster: 'countersign_gateway', timeout, ...rewriteOf(gateway) },
              ...(names.length > 0 && { request_headers_to_remove: names }),
            },
          ],
        },
      ],
    },
  };
}

/** A header that Envoy sets, in the place of a client's. */
const saying = (key: string, value: string) => ({
  header: { key, value },
  append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
});

/** Names with other marks than "-": CGI and its kind take them for other names. */
const WITHOUT_ODD_NAMES = `function envoy_on_request(request)
  local odd = {}
  for name in pairs(request:headers()) do
    if string.find(name, "^:") == nil and string.find(name, "[^a-z0-9-]") then table.insert(odd, name) end
  end
  for _, name in ipairs(odd) do request:headers():remove(name) end
end
`;

/** Each is matched whole. */
function conditionsOf(lane: Lane, codes: readonly string[]): readonly object[] {
  const matches = (name: string, regex: string) => ({ name, string_match: { safe_regex: { regex } } });
  return [
    matches(':method', lane.methods.join('|')),
    matches(':path', lane.target),
    ...lane.unless.map((source) => ({ ...matches(':path', anywhere(source)), invert_match: true })),
    ...[...absentFrom(lane), ...codes].map((name) => ({ name, present_match: false })),
  ];
}

function anywhere(source: string): string {
  return source.startsWith('^') ? `(?is)${source.slice(1)}.*` : `(?is).*${source}.*`;
}

function rewriteOf({ base }: Backend): object {
  return base === '' ? {} : { prefix_rewrite: `${base}/` };
}

function clusterOf(name: string, { host, port, isTls, caFile }: Backend): object {
  const socket = { address: socketOf({ host, port }) };
  return {
    name,
    type: 'STRICT_DNS',
    connect_timeout: '5s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: socket }] }] },
    ...(isTls && {
      transport_socket: {
        name: 'envoy.transport_sockets.tls',
        typed_config: {
          ...type('extensions.transport_sockets.tls.v3.UpstreamTlsContext'),
          sni: host,
          common_tls_context: {
            validation_context: {
              trusted_ca: { filename: caFile },
              match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: host } }],
            },
          },
        },
      },
    }),
  };
}

/** An address of IPv6 has no brackets there. */
function socketOf({ host, port }: { readonly host: string; readonly port: number }): object {
  return { socket_address: { address: host.replace(/^\[(.*)\]$/, '$1'), port_value: port } };
}
