import { ROUTING_PARAMETERS, SCRIPT_ENDINGS } from '../../core/saving/front-controller.ts';
import type { SureReads } from '../../dialects/dialect.ts';

/**
 * Spellings that every server reads alike, as sources of regular expressions that PCRE, RE2 and JavaScript read alike, too: no looking
 * ahead, no braces. They are narrower than what the gateway takes for plain, since what they leave out makes one hop more and no harm.
 */
const SEGMENT = '[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*';
/** Steps below a path, with or without a slash at the end. */
const STEPS = `(?:/${SEGMENT})*/?`;
const NAME = '[A-Za-z0-9_.$\\[\\]-]*';
/** No brace and no `%25`: a GraphQL mutation has the one, and what is encoded twice the other. */
const VALUE =
  '(?:[A-Za-z0-9_.~!$()*+,:@/?=\\[\\]-]|%(?:[3-689A-Fa-f][0-9A-Fa-f]|2[0-46-9A-Fa-f]|7[0-9AaC-Fc-f]))*';
const PAIR = `${NAME}(?:=${VALUE})?`;

/** Any path. */
export const ANY_PATH = `/(?:${SEGMENT}${STEPS})?`;
/** A query whose names are written plainly, or none. */
export const PLAIN_QUERY = `(?:\\?${PAIR}(?:&${PAIR})*)?`;
/** Any query, or none. */
export const ANY_QUERY = '(?:\\?[!-~]*)?';
/** In a query: what some framework takes for another method, `_method` and `_HttpMethod` in whatever brackets. Case counts nowhere. */
export const METHOD_IN_QUERY = '\\?(?:.*[^a-z0-9])?(?:http)?method';

/**
 * What a front controller may take for one of the paths: what stands behind its own name, and in its query. Case counts nowhere.
 */
export function behindScript(paths: readonly string[]): readonly string[] {
  const heads = new Set(paths.map((path) => (path.split('/')[1] ?? '').replace(/[^A-Za-z0-9_-]/g, '.')));
  const routed = `[?&;](?:${ROUTING_PARAMETERS})(?:\\[[^=]*)?=`;
  return [
    `\\.(?:${SCRIPT_ENDINGS})/`,
    // WordPress leaves out the folder of its API, so that its paths begin with anything.
    '[?&;]rest[_.\\[]route',
    // Letters that are encoded may be any, and what turns back may lead anywhere.
    `${routed}(?:[^&;]*(?:%[3-7]|\\.\\.)|(?:/|\\.|%2f|%5c)*(?:${[...heads].join('|')}))`,
  ];
}

/** The path and what stands below it; undefined where the path itself is not plain. */
export function below(path: string, steps: SureReads['below']): string | undefined {
  if (!isPlainHere(path)) return undefined;
  const own = escaped(path);
  if (steps === 'anything') return own + STEPS;
  if (steps === 'nothing') return own;
  if ('within' in steps) return `${own}/(?:${steps.within.map(escaped).join('|')})${STEPS}`;
  return `${own}/(?:${steps.filter(isWord).map(escaped).join('|')})`;
}

/** A query in which the parameter says one of the words. */
export function saying(parameter: string, words: readonly string[]): string {
  const said = words.filter(isWord).map(escaped).join('|');
  return `\\?(?:${PAIR}&)*${escaped(parameter)}=(?:${said})(?:&${PAIR})*`;
}

/** In a query: a name once, or twice. */
export const once = (name: string) => `\\?.*${escaped(name)}`;
export const twice = (name: string) => `\\?.*${escaped(name)}.*${escaped(name)}`;

/** A pattern of `passthrough`; undefined where a segment of it is not plain, or it says more than a path. */
export function matching(pattern: string): string | undefined {
  if (!pattern.startsWith('/')) return undefined;
  const isOpen = pattern.endsWith('/**');
  const segments = (isOpen ? pattern.slice(0, -3) : pattern).split('/').slice(1);
  if (!segments.every((segment) => segment === '*' || segment === '' || isWord(segment))) return undefined;
  const path = segments.map((segment) => `/${segment === '*' ? SEGMENT : escaped(segment)}`).join('');
  return isOpen ? path + STEPS : path;
}

/** A target that starts with one of the paths, or with what some server could take for one. Case counts nowhere. */
export function startingWith(paths: readonly string[]): string {
  const wide = paths.map((path) => path.replace(/[^A-Za-z0-9_/-]/g, '.'));
  return `^(?:${wide.join('|')})(?:[^a-z0-9_-]|$)`;
}

function isPlainHere(path: string): boolean {
  return new RegExp(`^${ANY_PATH}$`).test(path);
}

function isWord(text: string): boolean {
  return new RegExp(`^${SEGMENT}$`).test(text);
}

function escaped(text: string): string {
  return text.replaceAll('.', '\\.');
}
