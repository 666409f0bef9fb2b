import { readQuery, readTarget, type Target } from '../wire/target.ts';

/** A script with a path behind it, which it serves as its own: `/index.php/api/orders`. https://www.rfc-editor.org/rfc/rfc3875#section-4.1.5 */
const SCRIPT = /\.(?:php\d?|phtml|aspx?|ashx|axd|f?cgi|pl|py|rb|jsp|dll|exe)(?=\/)/g;

/**
 * Parameters in which such a script gets its path: of WordPress, Phalcon, ThinkPHP, Drupal, OpenCart, and of rules that rewrite addresses
 * (`index.php?url=$1`), where the one of a client stands behind theirs and goes before it.
 */
const ROUTING = /^(?:rest_route|_?url|_?uri|_?route|_?path|path_?info|q|r|s)$/i;

/** What a front controller may serve in the place of what the address says. */
export function behindScript({ readings, query }: Pick<Target, 'readings' | 'query'>): readonly Target[] {
  const beyond = readings.flatMap((reading) =>
    [...reading.matchAll(SCRIPT)].flatMap(({ index, 0: { length } }) => {
      const rest = reading.slice(index + length);
      return [rest, reading.slice(0, reading.lastIndexOf('/', index)) + rest];
    }),
  );
  return targetsOf([...beyond, ...routedIn(query).map(([, path]) => path)]);
}

/** The parameter of a query in which one gets its path, and that path. */
export function routedIn(query: string): readonly (readonly [name: string, path: string])[] {
  if (query === '') return [];
  return readQuery(query)
    .filter(([name]) => ROUTING.test(name.replace(/\[.*$/s, '')))
    .map(([name, value]) => [name, `/${value.replace(/^[/\\]+/, '')}`] as const);
}

function targetsOf(paths: readonly string[]): readonly Target[] {
  return paths.flatMap((path) => readTarget(path, undefined) ?? []);
}
