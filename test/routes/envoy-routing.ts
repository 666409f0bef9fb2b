import type { Request } from './requests.ts';

type Condition = {
  readonly name: string;
  readonly string_match?: { readonly safe_regex: { readonly regex: string } };
  readonly present_match?: boolean;
  readonly invert_match?: boolean;
};
type Route = {
  readonly match: { readonly prefix: string; readonly headers?: readonly Condition[] };
  readonly route: { readonly cluster: string };
};

/**
 * To which cluster Envoy sends a request by the bootstrap: by the first route of which all holds. Patterns match the whole value; headers
 * with odd names are gone by then. Source: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
 */
export function clusterFor(bootstrap: object, [line, headers = []]: Request): string | undefined {
  const [method = '', path = ''] = line.split(' ');
  const named = headers.map((header) => {
    const mark = header.indexOf(':');
    return [header.slice(0, mark).toLowerCase(), header.slice(mark + 1).trim()] as const;
  });
  const plain = named.filter(([name]) => /^[a-z0-9-]+$/.test(name));
  const values = new Map([[':method', method], [':path', path], ...plain]);
  const holds = (condition: Condition) => isMet(condition, values.get(condition.name));
  return routesOf(bootstrap).find(
    ({ match }) => path.startsWith(match.prefix) && (match.headers ?? []).every(holds),
  )?.route.cluster;
}

function isMet(condition: Condition, value: string | undefined): boolean {
  const { name, present_match: isPresent, string_match: text, invert_match: isInverted = false } = condition;
  if (isPresent !== undefined) return (value !== undefined) === isPresent;
  if (!text) throw new Error(`the condition on ${name} is not known here`);
  const [, flags = '', source = ''] = /^(?:\(\?([a-z]+)\))?(.*)$/s.exec(text.safe_regex.regex) ?? [];
  return new RegExp(`^(?:${source})$`, flags).test(value ?? '') !== isInverted;
}

/** The one list of routes that is in there. */
function routesOf(value: unknown): readonly Route[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('routes' in value) return value.routes as readonly Route[];
  return Object.values(value).flatMap(routesOf);
}
