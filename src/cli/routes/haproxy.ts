import type { Backend, Front } from './front.ts';
import { absentFrom, type Lane } from './plan.ts';

/** A frontend and two backends, to stand behind your own `global` and `defaults`. */
export function haproxy({ plan, listen, gateway, crm, keepsHost, seconds }: Front): string {
  const { lanes, names } = plan;
  const numbered = lanes.map((lane, index) => [lane, index + 1] as const);
  return `
frontend countersign
  bind ${listen.host}:${listen.port}
  mode http
  # Odd names of headers, such as X_HTTP_Method_Override, and codes and grants.
  acl odd_headers req.hdr_names(:) -m reg -i '[^a-z0-9:-]|(^|:)otprules-'
${numbered.map(([lane, number]) => laneAcls(lane, number)).join('\n')}
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Proto http unless { ssl_fc }
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request del-header Forwarded
  http-request del-header X-Real-IP
  http-request del-header X-Client-IP
${numbered.map(([, number]) => useOf(number)).join('\n')}
  default_backend countersign_gateway

backend countersign_gateway
  mode http
  retries 0
  timeout server ${seconds}s
  timeout tunnel 1h${names.map(unset).join('')}${baseOf(gateway)}
  server gateway ${serverOf(gateway)}

backend countersign_crm
  mode http
  retries 0
  timeout server ${seconds}s${keepsHost ? '' : `\n  http-request set-header Host ${crm.authority}`}${baseOf(crm)}
  server crm ${serverOf(crm)}
`;
}

function laneAcls(lane: Lane, number: number): string {
  const name = `lane_${number}`;
  return [
    `  # ${lane.about}`,
    `  acl ${name}_method method ${lane.methods.join(' ')}`,
    `  acl ${name}_target url -m reg '^${lane.target}$'`,
    ...lane.unless.map((source) => `  acl ${name}_not url -m reg -i '${source}'`),
    `  acl ${name}_headers req.hdr_names(:) -m reg -i '(^|:)(${absentFrom(lane).join('|')})(:|$)'`,
  ].join('\n');
}

function useOf(number: number): string {
  const name = `lane_${number}`;
  return `  use_backend countersign_crm if ${name}_method ${name}_target !${name}_not !${name}_headers !odd_headers`;
}

function unset(name: string): string {
  return `\n  # Set it here by what your own log-in says.\n  http-request del-header ${name}`;
}

function baseOf({ base }: Backend): string {
  return base === '' ? '' : `\n  http-request set-path ${base}%[path]`;
}

function serverOf({ host, port, isTls, caFile }: Backend): string {
  return `${host}:${port}${isTls ? ` ssl verify required ca-file ${caFile} sni str(${host}) verifyhost ${host}` : ''}`;
}
