import { aliasesOf } from '../../core/rule/rule.ts';
import { mayBeOfRecords, openingOf } from '../../core/saving/opening.ts';
import { openEndOf } from '../../core/wire/open-ended.ts';
import { sanitise } from '../../core/wire/parameter.ts';
import { coversModule, isWithin } from '../../kinds/paths.ts';
import { type Diagnostic, pathText } from '../explain/problem.ts';
import { nearest } from '../explain/suggest.ts';
import type { Outline } from '../file/outline.ts';
import { dialectKindIn, type Kinds } from '../schema/known-kinds.ts';

/** Whether a dialect is of that sort: its modules share a path, or are collections. */
type IsOf = (dialect: string | undefined) => boolean;

/** Everything that is wrong between the parts: names that lead nowhere, names that meet, paths that overlap. */
export function checkReferences(outline: Outline, kinds: Kinds): readonly Diagnostic[] {
  const sharesPath: IsOf = (dialect) => dialectKindIn(kinds, dialect)?.sharesPath ?? true;
  const isCollection: IsOf = (dialect) => dialectKindIn(kinds, dialect)?.isCollection ?? false;
  return [
    ...unknownNames(outline),
    ...addressesAtHome(outline),
    ...meetingNames(outline),
    ...overlappingModules(outline, sharesPath),
    ...openDoors(outline, sharesPath),
    ...operationsInBodies(outline, isCollection),
    ...unguardableReads(outline, isCollection),
    ...pagesNowhere(outline),
    ...hiddenOverrides(outline),
  ];
}

function unknownNames({ rules, modules, channels }: Outline): readonly Diagnostic[] {
  return rules.flatMap((rule, index) => [
    ...unknownName(['rules', index, 'module'], 'module', rule.module, Object.keys(modules)),
    ...rule.send.to.flatMap(({ channel, address }, place) => [
      ...unknownName(
        ['rules', index, 'send', 'to', place, 'channel'],
        'channel',
        channel,
        Object.keys(channels),
      ),
      ...unknownName(
        ['rules', index, 'send', 'to', place, 'address', 'module'],
        'module',
        address?.module,
        Object.keys(modules),
      ),
    ]),
  ]);
}

/** A related address in the rule's own module would make the rule stand guard over itself, with one row for two questions. */
function addressesAtHome({ rules }: Outline): readonly Diagnostic[] {
  return rules.flatMap((rule, index) =>
    rule.send.to.flatMap(({ address }, place) =>
      address?.module !== undefined && address.module === rule.module
        ? [
            {
              path: ['rules', index, 'send', 'to', place, 'address', 'module'],
              message: "is the rule's own module; name another one",
            },
          ]
        : [],
    ),
  );
}

function unknownName(
  path: Diagnostic['path'],
  kind: string,
  name: string | undefined,
  known: readonly string[],
): readonly Diagnostic[] {
  if (name === undefined || name === '' || known.includes(name)) return [];
  return [{ path, message: `there is no ${kind} "${name}"`, suggestion: nearest(name, known) }];
}

/** A code travels under a rule's id or sanitised name: no two rules may share one, or a code could be taken for another's. */
function meetingNames({ rules }: Outline): readonly Diagnostic[] {
  const owners = new Map<string, number>();
  return rules.flatMap(({ id, name }, index): readonly Diagnostic[] => {
    if (name !== undefined && id === undefined && name !== '' && sanitise(name) === '') {
      return [
        {
          path: ['rules', index, 'name'],
          message: 'has no letter or digit of the alphabet a to z, so the rule needs an id',
        },
      ];
    }
    const own = aliasesOf({ id: id ?? '', name: name ?? '' });
    const met = own.find((alias) => owners.has(alias));
    const owner = met === undefined ? undefined : owners.get(met);
    for (const alias of own) if (!owners.has(alias)) owners.set(alias, index);
    if (owner === undefined || met === undefined) return [];
    const field = id !== undefined && sanitise(id).toLowerCase() === met ? 'id' : 'name';
    return [
      {
        path: ['rules', index, field],
        message: `meets ${pathText(['rules', owner])}: codes of both would travel as "${met}"`,
      },
    ];
  });
}

/** Modules of REST have paths of their own. Those of other dialects share one, and differ by their prefix or type there. */
function overlappingModules({ modules }: Outline, sharesPath: IsOf): readonly Diagnostic[] {
  const entries = Object.entries(modules);
  const shareDoor = (one: OutlinedModule, two: OutlinedModule) =>
    sharesPath(one.dialect) && one.dialect === two.dialect && one.path === two.path;
  return entries.flatMap(([name, one], index): readonly Diagnostic[] => {
    const earlier = entries.slice(0, index);
    const other = earlier.find(([, two]) => overlap(one, two) && !shareDoor(one, two));
    if (other) {
      const message = `overlaps with the path of ${other[0]}: a request would be about both`;
      return [{ path: ['modules', name, 'path'], message }];
    }
    const twin = earlier.find(
      ([twinName, two]) =>
        shareDoor(one, two) && (one.idPrefix ?? one.type ?? name) === (two.idPrefix ?? two.type ?? twinName),
    );
    if (!twin) return [];
    const key = one.idPrefix === undefined ? 'type' : 'idPrefix';
    return [
      { path: ['modules', name, key], message: `is that of ${twin[0]}: a request would be about both` },
    ];
  });
}

type OutlinedModule = Outline['modules'][string];

function overlap({ path: one }: OutlinedModule, { path: two }: OutlinedModule): boolean {
  return one !== undefined && two !== undefined && (isWithin(one, two) || isWithin(two, one));
}

function openDoors({ modules, passthrough }: Outline, sharesPath: IsOf): readonly Diagnostic[] {
  return passthrough.flatMap((entry = '', index) => {
    const opening = openingOf(entry);
    const pattern = mayBeOfRecords(opening) && opening.pattern;
    const covered = Object.entries(modules).find(
      ([, { path, dialect }]) => pattern && path && coversModule(pattern, path, sharesPath(dialect)),
    );
    if (!covered) return [];
    return [
      {
        path: ['passthrough', index],
        message: `would let saves of ${covered[0]} (${covered[1].path}) pass without a look at them`,
      },
    ];
  });
}

/** What a request does stands in its body there, and `rest` takes it from the method and the path, unless operations describe all of it. */
function operationsInBodies({ modules }: Outline, isCollection: IsOf): readonly Diagnostic[] {
  return Object.entries(modules).flatMap(([name, { dialect, path, shapes }]) => {
    if (shapes === 'none') return [];
    const end = isCollection(dialect) && path ? openEndOf(path.slice(path.lastIndexOf('/'))) : undefined;
    if (!end?.isSure) return [];
    const message = `is ${end.what}, where the body says what a request does: rest would not see it. Use a dialect that reads it, or "shapes: none" and describe them under "operations"`;
    return [{ path: ['modules', name, 'path'], message }];
  });
}

/** A link has to lead somewhere, and what the customer answers is told to callers, who may not learn that somebody is there. */
function pagesNowhere({ rules, modules, publicUrl }: Outline): readonly Diagnostic[] {
  return rules.flatMap(({ confirm, module: name }, index): readonly Diagnostic[] => {
    if (confirm !== 'page') return [];
    const path = ['rules', index, 'confirm'];
    const isHidden = modules[name ?? '']?.lookup?.enumeration === 'hide';
    return [
      ...(publicUrl === undefined
        ? [{ path, message: 'page needs "publicUrl": where customers reach this gateway' }]
        : []),
      ...(isHidden
        ? [{ path, message: `page tells which records of ${name} there are, and its enumeration is hide` }]
        : []),
    ];
  });
}

/** Whoever vouches for a save has to see its record. */
function hiddenOverrides({ rules, modules }: Outline): readonly Diagnostic[] {
  return rules.flatMap(({ override, module: name }, index) =>
    override !== undefined && modules[name ?? '']?.lookup?.enumeration === 'hide'
      ? [
          {
            path: ['rules', index, 'override'],
            message: `needs records that callers may see, and the enumeration of ${name} is hide`,
          },
        ]
      : [],
  );
}

/** Behind other dialects a record is read through many doors (queries, batches, related lists), which are not known as reads of it. */
function unguardableReads({ rules, modules }: Outline, isCollection: IsOf): readonly Diagnostic[] {
  return rules.flatMap(({ on, module: name }, index) => {
    const dialect = modules[name ?? '']?.dialect;
    if (!on?.includes('read') || dialect === undefined || isCollection(dialect)) return [];
    return [{ path: ['rules', index, 'on'], message: `reads behind dialect ${dialect} cannot be guarded` }];
  });
}
