import { listOf, membersOf, type PlainObject, resolved, textIn } from './members.ts';

/** A request that the document describes. */
export type DescribedRequest = {
  readonly method: string;
  /** From the root of the server, with the base path. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly operation: PlainObject;
  /** Of its path parameters, by name. */
  readonly parameters: ReadonlyMap<string, PlainObject>;
};

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** Every request of the document. */
export function requestsIn(document: PlainObject): readonly DescribedRequest[] {
  const base = baseOf(document).path;
  return Object.entries(membersOf(document['paths'])).flatMap(([written, entry]) => {
    const item = resolved(document, entry);
    const [plain = ''] = `${base}${written}`.split('?');
    const path = `/${plain
      .split('/')
      .filter((segment) => segment !== '')
      .join('/')}`;
    return METHODS.filter((method) => membersOf(item[method]) === item[method]).map(
      (method): DescribedRequest => {
        const operation = membersOf(item[method]);
        return {
          method: method.toUpperCase(),
          path,
          segments: path.split('/').slice(1),
          operation,
          parameters: parametersOf(document, [
            ...listOf(item['parameters']),
            ...listOf(operation['parameters']),
          ]),
        };
      },
    );
  });
}

function parametersOf(document: PlainObject, written: readonly unknown[]): ReadonlyMap<string, PlainObject> {
  const all = written.map((parameter) => resolved(document, parameter));
  return new Map(
    all
      .filter((parameter) => parameter['in'] === 'path')
      .map((parameter) => [
        textIn(parameter['name']) ?? '',
        // Swagger 2 has the type beside the name.
        { ...parameter, ...resolved(document, parameter['schema']) },
      ]),
  );
}

/** Where the API is: the origin, where the document says one, and the path before all paths. */
export function baseOf(document: PlainObject): {
  readonly origin: string | undefined;
  readonly path: string;
} {
  if (document['swagger'] !== undefined) {
    const host = textIn(document['host']);
    const schemes = listOf(document['schemes']);
    const scheme = schemes.length === 0 || schemes.includes('https') ? 'https' : String(schemes[0]);
    const path = (textIn(document['basePath']) ?? '').replace(/\/+$/, '');
    return { origin: host === undefined ? undefined : `${scheme}://${host}`, path };
  }
  const server = membersOf(listOf(document['servers'])[0]);
  const variables = membersOf(server['variables']);
  const url = (textIn(server['url']) ?? '').replace(
    /\{([^}]+)\}/g,
    (_, name: string) => textIn(membersOf(variables[name])['default']) ?? '',
  );
  const absolute = URL.parse(url);
  const path = (absolute ? absolute.pathname : url).replace(/\/+$/, '');
  const origin = absolute && /^https?:$/.test(absolute.protocol) ? absolute.origin : undefined;
  return { origin, path: path === '' || path.startsWith('/') ? path : `/${path}` };
}

/** The name of a path parameter that fills the segment. */
export function nameIn(segment: string | undefined): string | undefined {
  return /^\{([^{}]+)\}$/.exec(segment ?? '')?.[1];
}

/** Whether the segment is written out, and every server reads it alike. */
export function isPlain(segment: string): boolean {
  return /^(?!\.{1,2}$)[A-Za-z0-9_~!$&'()+,=:@.-]+(?<!\.)$/.test(segment);
}

/** Whether the request may save something. */
export function isWrite({ method }: DescribedRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method);
}
