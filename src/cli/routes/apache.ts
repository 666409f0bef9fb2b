import type { Backend, Front } from './front.ts';
import { inLine } from './nginx.ts';
import { absentFrom, type Lane } from './plan.ts';

/** `Listen` and a virtual host, for `Include`. */
export function apache({ plan, listen, gateway, crm, keepsHost, seconds }: Front): string {
  const { lanes, names } = plan;
  const usesTls = gateway.isTls || crm.isTls;
  const host = keepsHost ? '' : `\n  RequestHeader set Host "${crm.authority}" env=countersign_straight`;
  return `
# Modules: proxy, proxy_http, rewrite, headers, setenvif${usesTls ? ', ssl' : ''}
Listen ${listen.host}:${listen.port}
<VirtualHost ${listen.host}:${listen.port}>
  # The path goes on as it came.
  AllowEncodedSlashes NoDecode
  MergeSlashes Off
  ProxyRequests Off
  ProxyPreserveHost On
  ProxyTimeout ${seconds}${usesTls ? `\n  SSLProxyEngine On\n  SSLProxyVerify require\n  SSLProxyCACertificateFile ${(crm.isTls ? crm : gateway).caFile}` : ''}
  RewriteEngine On
  # Odd names of headers, such as X_HTTP_Method_Override, and codes and grants.
  SetEnvIfNoCase "[^a-z0-9-]" "." countersign_odd
  SetEnvIfNoCase "^otprules-.*$" "." countersign_odd
${lanes.map((lane, index) => laneOf(lane, index + 1, crm)).join('\n')}
  ProxyPass "/" "${urlOf(gateway)}/" nocanon upgrade=websocket
  RequestHeader unset X-Forwarded-For
  RequestHeader unset X-Forwarded-Host
  RequestHeader unset X-Forwarded-Server
  RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"
  RequestHeader unset Forwarded
  RequestHeader unset X-Real-IP
  RequestHeader unset X-Client-IP${names.map(unset).join('')}${host}
</VirtualHost>
`;
}

function laneOf(lane: Lane, number: number, crm: Backend): string {
  const marks = `countersign_marks_${number}`;
  return [
    `  # ${lane.about}`,
    `  SetEnvIfNoCase "^(?:${absentFrom(lane).join('|')})$" "." ${marks}`,
    `  RewriteCond "%{ENV:countersign_odd}%{ENV:${marks}}" "^$"`,
    ...lane.unless.map((source) => `  RewriteCond "%{THE_REQUEST}" "!${inLine(source)}" [NC]`),
    `  RewriteCond "%{THE_REQUEST}" "^(?:${lane.methods.join('|')}) ${lane.target} HTTP/1\\.[01]$"`,
    `  RewriteRule "^" "${urlOf(crm)}%{REQUEST_URI}" [P,E=countersign_straight:1]`,
  ].join('\n');
}

function unset(name: string): string {
  return `\n  # Set it here by what your own log-in says.\n  RequestHeader unset ${name} env=!countersign_straight`;
}

function urlOf({ isTls, host, port, base }: Backend): string {
  return `${isTls ? 'https' : 'http'}://${host}:${port}${base}`;
}
