import type { Backend, Front } from './front.ts';
import { absentFrom, type Lane } from './plan.ts';

/** What the name of a header may have beside letters, digits and "-"; CGI and its kind make one mark of all. Source: RFC 9110 §5.6.2. */
const MARKS = ['_', '.', '!', '#', '$', '%', '&', "'", '+', '^', '`', '|', '~'];

/** One site block. */
export function caddy({ plan, listen, gateway, crm, keepsHost, seconds }: Front): string {
  const { lanes, codes, names } = plan;
  return `
http://:${listen.port} {
	bind ${listen.host}
	# Whether a read has a body is seen by reading it.
	@asking method GET HEAD
	request_body @asking {
		max_size 10MB
	}
${lanes.map((lane, index) => laneOf(lane, index + 1, codes, { crm, keepsHost, seconds })).join('\n')}
	handle {
${proxyTo(gateway, seconds, [...names.map((name) => `-${name}`)])}
	}
}
`;
}

function laneOf(
  lane: Lane,
  number: number,
  codes: readonly string[],
  { crm, keepsHost, seconds }: Pick<Front, 'crm' | 'keepsHost' | 'seconds'>,
): string {
  const target = '{http.request.orig_uri}';
  const conditions = [
    `{http.request.method} in ${JSON.stringify(lane.methods)}`,
    `${target}.matches(r"^${lane.target}$")`,
    ...lane.unless.map((source) => `!${target}.matches(r"(?i)${source}")`),
    ...[...absentFrom(lane), ...codes].map((name) => `{http.request.header.${name}} == ""`),
    ...(lane.isBodyless ? ['{http.request.body} == ""'] : []),
  ];
  // Names of headers with odd marks, which nobody can match, and codes go no further.
  const headers = [
    ...MARKS.map((mark) => `"-*${mark}*"`),
    '-otprules-*',
    ...['-Forwarded', '-X-Real-IP', '-X-Client-IP'],
    ...(keepsHost ? [] : [`Host ${crm.authority}`]),
  ];
  return `	# ${lane.about}
	@lane_${number} expression \`${conditions.join(' && ')}\`
	handle @lane_${number} {
${crm.base === '' ? '' : `		rewrite * ${crm.base}{http.request.orig_uri}\n`}${proxyTo(crm, seconds, headers)}
	}`;
}

function proxyTo(
  { isTls, host, port, caFile }: Backend,
  seconds: number,
  headers: readonly string[],
): string {
  const tls = isTls
    ? `\n				tls\n				tls_server_name ${host}\n				tls_trusted_ca_certs ${caFile}`
    : '';
  return `		reverse_proxy ${isTls ? 'https' : 'http'}://${host}:${port} {
			flush_interval -1
${headers.map((header) => `			header_up ${header}`).join('\n')}
			transport http {
				compression off
				read_timeout ${seconds}s${tls}
			}
		}`;
}
