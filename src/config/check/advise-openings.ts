import { foldField } from '../../core/likeness/fold.ts';
import { type Opening, openingOf } from '../../core/saving/opening.ts';
import { isSafe } from '../../core/wire/method.ts';
import { openEndOf } from '../../core/wire/open-ended.ts';
import { coversModule, isWithin } from '../../kinds/paths.ts';
import type { Diagnostic } from '../explain/problem.ts';
import { dialectKindIn, type Kinds } from '../schema/known-kinds.ts';
import type { Decoded } from '../schema/schema.ts';

type OpenDoors = Pick<Decoded, 'modules' | 'rules' | 'passthrough' | 'unmappedWrites' | 'websockets'>;

/** What each opening opens: which rules a save could pass by there, if it can save what they are about. */
export function adviseOpenings(decoded: OpenDoors, kinds: Kinds): readonly Diagnostic[] {
  const { passthrough, unmappedWrites, websockets } = decoded;
  const every = rulesOf(decoded, Object.keys(decoded.modules));
  if (every.length === 0) return [];
  return [
    ...passthrough.flatMap((entry, index) => {
      const opening = openingOf(typeof entry === 'string' ? entry : entry.path);
      const message = passedBy(opening.pattern, decoded, every, kinds) ?? routedBy(opening, every);
      return message === undefined ? [] : [{ path: ['passthrough', index], message }];
    }),
    ...Object.entries(decoded.modules).flatMap(([name, { path }]) => {
      if (rulesOf(decoded, [name]).length > 0) return [];
      const [twin, rules] = otherAddressOf(path, decoded);
      if (rules.length === 0) return [];
      const message = `opens ${named(rules)}, if it is another address of ${twin}: no rule is about ${name}. Describe its requests under "operations" of ${twin}`;
      return [{ path: ['modules', name, 'path'], message }];
    }),
    ...websockets.map((_, index) => ({
      path: ['websockets', index],
      message: `opens ${named(every)}, if a record can be saved by it: what a WebSocket carries is not read`,
    })),
    ...(unmappedWrites === 'forward'
      ? [
          {
            path: ['unmappedWrites'],
            message: `opens ${named(every)} to every path by which a record can be saved and that no module names: a batch, an import, GraphQL`,
          },
        ]
      : []),
  ];
}

/** Which rules the pattern opens, and why; undefined where nothing suggests it. */
function passedBy(
  pattern: string,
  decoded: OpenDoors,
  every: readonly string[],
  kinds: Kinds,
): string | undefined {
  const end = openEndOf(pattern);
  if (end)
    return `opens ${named(every)}: it looks like ${end.what}, by which any record can be saved unjudged`;
  const beside = Object.values(decoded.modules).some((entry) => isOtherDoor(pattern, entry, kinds));
  if (beside) return `opens ${named(every)}: the CRM saves by it, too, and nobody judges what`;
  const below = Object.entries(decoded.modules).filter(
    ([name, entry]) => liesAt(pattern, entry.path) || namesRecords(pattern, entry.path, typeOf(name, entry)),
  );
  const rules = rulesOf(
    decoded,
    below.map(([name]) => name),
  );
  if (rules.length === 0) return undefined;
  return `opens ${named(rules)}, if a record of ${below[0]?.[0]} can be saved by it: what goes there is not judged`;
}

/** The folder of WordPress' API, by its usual name. */
const OF_WORDPRESS = /(?:^|\/)wp-json(?:\/|$)/i;

/** Why a write to what WordPress serves opens all that it serves: forms of what is open go on unread. */
function routedBy({ method, pattern }: Opening, every: readonly string[]): string | undefined {
  if (!OF_WORDPRESS.test(pattern) || (method !== undefined && isSafe(method))) return undefined;
  return `opens ${named(every)}: WordPress takes the path from "rest_route" in a form, whatever its address is. Make it a module, whose forms are read, or open its GET alone`;
}

/** Whether the dialect knows the path for one by which its CRM saves beside the API. */
function isOtherDoor(
  pattern: string,
  { dialect, path }: OpenDoors['modules'][string],
  kinds: Kinds,
): boolean {
  const segments = pattern.toLowerCase().split('/');
  const beside = path.slice(0, path.lastIndexOf('/'));
  return (dialectKindIn(kinds, dialect)?.dialect.otherDoors ?? []).some(
    (mount) => segments.includes(mount) || coversModule(pattern, `${beside}/${mount}`, true),
  );
}

/** Whether the pattern lies below the path, or is the path with an ending (`/orders.json`, `/orders(1)`). */
function liesAt(pattern: string, path: string): boolean {
  const rest = pattern.slice(path.length);
  return isWithin(pattern.slice(0, path.length), path) && /^[^A-Za-z0-9_-]/.test(rest);
}

/** A module whose records the last word of another's path names, perhaps with an ending, and the rules about them. */
function otherAddressOf(path: string, decoded: OpenDoors): readonly [name: string, rules: readonly string[]] {
  const word = path.slice(path.lastIndexOf('/') + 1).replace(/(?<=\w)\.\w+$/, '');
  const twins = Object.entries(decoded.modules).filter(
    ([name, entry]) =>
      entry.path.toLowerCase() !== path.toLowerCase() &&
      namesRecords(`/${word}`, entry.path, typeOf(name, entry)),
  );
  return [
    twins[0]?.[0] ?? '',
    rulesOf(
      decoded,
      twins.map(([name]) => name),
    ),
  ];
}

function typeOf(name: string, entry: OpenDoors['modules'][string]): string {
  return 'type' in entry && typeof entry.type === 'string' ? entry.type : name;
}

/** Whether the records of the module are named in it, as where the CRM has its API in another version: `/api/v2/orders`. */
function namesRecords(pattern: string, path: string, type: string): boolean {
  if (isWithin(pattern, path)) return false;
  const own = [path.slice(path.lastIndexOf('/') + 1), type].map(foldField);
  return pattern.split('/').some((segment) => segment !== '' && own.includes(foldField(segment)));
}

function rulesOf({ rules }: OpenDoors, modules: readonly string[]): readonly string[] {
  const guards = ({ mode, on }: OpenDoors['rules'][number]) =>
    mode !== 'off' && on.some((operation) => operation !== 'read');
  return rules
    .filter((rule) => guards(rule) && modules.includes(rule.module))
    .map(({ id, name }) => id ?? name);
}

const MOST_NAMED = 5;

function named(rules: readonly string[]): string {
  const some = rules.slice(0, MOST_NAMED).join(', ');
  const more = rules.length > MOST_NAMED ? ` and ${rules.length - MOST_NAMED} more` : '';
  return `rule${rules.length === 1 ? '' : 's'} ${some}${more}`;
}
