type OpenEnd = {
  readonly what: string;
  /** Whether nothing else bears such a name. */
  readonly isSure: boolean;
};

/**
 * Names of segments behind which one request can be about any record: what it does stands in its body, or comes later. Such a path is
 * never proposed for opening. The list serves advice alone; what may pass does not depend on it.
 */
const KINDS: readonly (OpenEnd & { readonly names: RegExp })[] = [
  { names: /^\$batch$/i, what: 'a batch', isSure: true },
  {
    names:
      /^[$_]?(?:multi)?batch$|^composite$|^_?(?:mass|bulk)[-_]?(?:action|update|upsert|write|edit|api|docs)?$/i,
    what: 'a batch',
    isSure: false,
  },
  { names: /^(?:graphi?ql|gql)(?:\.(?:json|php|aspx?|ashx))?$/i, what: 'GraphQL', isSure: true },
  {
    names:
      /^(?:(?:json|xml)?[-_]?rpc(?:\.php|\.aspx?|\.ashx)?|call_(?:kw|button)|execute(?:_kw)?|soap|mcp|trpc)$/i,
    what: 'calls by name',
    isSure: true,
  },
  { names: /^(?:method|functions?|dataset|mutate|invoke|sql)$/i, what: 'calls by name', isSure: false },
  {
    names: /^(?:(?:data|mass|bulk)?[-_]?import|upsert|sync|restore|copy[-_]?from)$/i,
    what: 'an import',
    isSure: false,
  },
  {
    names: /^(?:wss?|(?:web)?[-_]?sockets?|socket\.io|signalr|hubs?|realtime|cable|sockjs)$/i,
    what: 'a socket',
    isSure: false,
  },
  {
    names: /^(?:index|api|rest|soap|service|webservice|entry[-_]?point)\.(?:php|aspx?|ashx|jsp|cgi)$/i,
    what: 'an address that all modules share',
    isSure: true,
  },
];

/** What may lie behind a path, or behind a pattern of paths, by the names of its segments; undefined where nothing suggests it. */
export function openEndOf(path: string): OpenEnd | undefined {
  for (const segment of path.split('/')) {
    const found = KINDS.find(({ names }) => names.test(segment));
    if (found) return found;
  }
  return undefined;
}
