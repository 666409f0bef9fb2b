import { readQuery, readTarget, type Target } from '../wire/target.ts';

/** Endings of scripts, as a pattern that the front proxies read, too. */
export const SCRIPT_ENDINGS = 'php[0-9]?|phtml|aspx?|ashx|axd|f?cgi|pl|py|rb|jsp|dll|exe';
/** A script with a path behind it, which it serves as its own: `/index.php/api/orders`. https://www.rfc-editor.org/rfc/rfc3875#section-4.1.5 */
const SCRIPT = new RegExp(`\\.(?:${SCRIPT_ENDINGS})(?=/)`, 'g');

/**
 * Parameters in which such a script gets its path: of WordPress, Phalcon, ThinkPHP, Drupal, OpenCart, and of rules that rewrite addresses
 * (`index.php?url=$1`), where the one of a client stands behind theirs and goes before it. A pattern that the front proxies read, too, with the marks
 * of which PHP makes `_`.
 */
export const ROUTING_PARAMETERS =
  'rest[_.\\[]route|[_.]?url|[_.]?uri|[_.]?route|[_.]?path|path[_.\\[]?info|q|r|s';
const ROUTING = new RegExp(`^(?:${ROUTING_PARAMETERS})$`, 'i');
/** WordPress' own, which nothing else bears. Its paths leave out the folder of the API, such as `/wp-json`, and a form may say it as well as a query. */
const ROUTE_OF_WORDPRESS = /^rest_route$/i;

/** Whether PHP takes the name for the parameter by which WordPress is told which path is meant, whatever its address says. */
export function routesWordpress(name: string): boolean {
  return ROUTE_OF_WORDPRESS.test(nameInPhp(name));
}

/**
 * The name of a variable that PHP makes of the one of a parameter: blanks before it and all from a NUL on are lost, and blanks, dots and a bracket that
 * nothing closes become `_`. Source: `php_register_variable_ex`.
 */
function nameInPhp(name: string): string {
  const said = name.replace(/\0.*$/s, '').replace(/^ +/, '');
  const [whole = ''] = /^[^[]*(?:\[[^\]]*$)?/.exec(said) ?? [];
  return whole.replace(/[ .[]/g, '_');
}

const IS_SCRIPT = new RegExp(`\\.(?:${SCRIPT_ENDINGS})$`, 'i');

/** Whether the path is that of a script, which serves all that is asked for below it. */
export function isScript(path: string): boolean {
  return IS_SCRIPT.test(path);
}

/** What a front controller may serve in the place of what the address says. `folders`: those in which modules are. */
export function behindScript(
  { readings, query }: Pick<Target, 'readings' | 'query'>,
  folders: readonly string[],
): readonly Target[] {
  const beyond = readings.flatMap((reading) =>
    scriptsIn(reading).flatMap(({ index, 0: { length } }) => {
      const rest = reading.slice(index + length);
      return [rest, reading.slice(0, reading.lastIndexOf('/', index)) + rest];
    }),
  );
  return targetsOf([...beyond, ...routedIn(query, folders).map(([, path]) => path)]);
}

/** Of many that stand behind each other, servers know the first or the last. */
function scriptsIn(reading: string): readonly RegExpExecArray[] {
  const found = [...reading.matchAll(SCRIPT)];
  return found.length > 4 ? [...found.slice(0, 2), ...found.slice(-2)] : found;
}

/** The parameters of a query in which one gets its path, each with the paths that it may be. */
export function routedIn(
  query: string,
  folders: readonly string[],
): readonly (readonly [name: string, path: string])[] {
  if (query === '') return [];
  return readQuery(query)
    .filter(([name]) => ROUTING.test(nameInPhp(name)))
    .flatMap(([name, value]) => {
      const path = `/${value.replace(/^[/\\]+/, '')}`;
      const homes = routesWordpress(name) ? ['', ...folders] : [''];
      return homes.map((folder) => [name, folder + path] as const);
    });
}

/** What a server serves where a folder is asked for, and the names without which PHP's scripts are. */
const INDEXES = ['index.php', 'default.aspx', 'index.aspx', 'index.jsp', 'index.cgi', 'index.pl'];
const INDEX = /\/(?:index|default)\.(?:php|aspx|jsp|cgi|pl)$/i;

/**
 * Other addresses of the same script: `/` and `/index.php`, `/orders` and `/orders.php`, each with the query. Those with an ending only where
 * scripts are described with one (`hasScripts`): most requests are to no script, and each address takes time.
 */
export function servedFor({ path, plain, readings, query }: Target, hasScripts: boolean): readonly Target[] {
  const written = plain ? [path.replace(/\/$/, '')] : readings.map((reading) => reading.replace(/\/$/, ''));
  const others = written.flatMap((one) => {
    if (INDEX.test(one)) return [one.replace(INDEX, '') || '/'];
    if (!hasScripts || /\.[^/]*$/.test(one)) return [];
    return [...INDEXES.map((name) => `${one}/${name}`), ...(one === '' ? [] : [`${one}.php`])];
  });
  return targetsOf(others.map((one) => one + query));
}

/** The folder, or the name without its ending, by which a script at this path is served, too; none where it is no such script. */
export function shortOf(path: string): string | undefined {
  if (INDEX.test(path)) return path.replace(INDEX, '') || '/';
  return /\.php$/i.test(path) ? path.slice(0, -'.php'.length) : undefined;
}

function targetsOf(paths: readonly string[]): readonly Target[] {
  return paths.flatMap((path) => readTarget(path, undefined) ?? []);
}
