import { declaredLines } from '../../core/saving/declared.ts';
import {
  moduleBlock,
  NAMES_NO_RECORD,
  operationBlock,
  type Unexplained,
} from '../../core/saving/describe.ts';
import { openEndOf } from '../../core/wire/open-ended.ts';
import { COLLECTION_DIALECT, DIALECT_KINDS } from '../../dialects/all.ts';
import type { DialectKind } from '../../dialects/kind.ts';
import type { PlaceTally } from './report-summary.ts';

const MOST = 50;

/**
 * Unmapped writes as what an operator may declare, as YAML to paste. What looks like a way past the rules is never among what may be
 * opened, and the report says so.
 */
export function declarationsText(writes: readonly PlaceTally[]): string {
  const some = writes.slice(0, MOST);
  const [told, untold] = parted(some, ({ written }) => written?.declared !== undefined);
  const [named, unnamed] = parted(untold, ({ written }) => moduleBlock(written ?? {}) !== undefined);
  const [never, open] = parted(unnamed, (place) => danger(place) !== undefined);
  const [homely, others] = parted(open, ({ written }) => written?.home !== undefined);
  // Below the path of another dialect a collection would take what that one reads.
  const outside = others.filter(({ written }) => written?.dialect === undefined);
  const modules = [
    ...declaredLines(told.flatMap(({ written }) => written?.declared ?? [])),
    ...named.flatMap(namedModule),
    ...outside.flatMap(collection),
  ];
  const operations = outside.flatMap((place) => entriesOf(place));
  // What is written to a list or a record of a module is never to be opened.
  const isBeside = ({ written }: PlaceTally) =>
    !written?.home || (written.home.part === 'below' && !written.call);
  const passthrough = [...new Set([...others, ...homely].filter(isBeside).map(({ path }) => path))];
  const unjudged = homely.filter((place) => operationBlock(unexplained(place)) === undefined);
  return [
    ...section('modules:', [...new Set(modules), ...operationsOfModules(homely)]),
    ...section('operations:                # below the module whose records they save', [
      ...new Set(operations),
    ]),
    ...section(
      'passthrough:               # only where they can save nothing that a rule is about',
      passthrough.map((path) => `  # - ${JSON.stringify(path)}`),
    ),
    ...unjudged.map(({ method, path }) => `# ${method} ${path}: ${NAMES_NO_RECORD}`),
    ...never.map((place) => `# ${place.method} ${place.path} is never to be opened: ${danger(place)}`),
  ].join('\n');
}

/** Why the path may never be opened. */
function danger({ path, written }: PlaceTally): string | undefined {
  if (written?.isDoor) return 'the CRM saves by it, too, and nobody judges what';
  const end = openEndOf(path);
  return end && `it looks like ${end.what}, by which any record could be saved`;
}

function namedModule({ written = {}, requests }: PlaceTally): readonly string[] {
  const [, line = ''] = moduleBlock(written)?.split('\n') ?? [];
  return line === '' ? [] : [`${line}   # ${requests}x${hintOf(written)}`];
}

/** What its dialect needs beside, and no request of that kind says. */
function hintOf(written: NonNullable<PlaceTally['written']>): string {
  const kinds: readonly DialectKind[] = DIALECT_KINDS;
  const keys = kinds.find(({ dialect }) => dialect.name === written.dialect)?.starter?.keys ?? [];
  const lacking = keys.filter(({ name, preset }) => !preset && Reflect.get(written, name) === undefined);
  return lacking.map(({ name, message }) => `; it needs ${name}, ${message}`).join('');
}

/** `/api/Invoices` and `/api/Invoices/*` are a collection, perhaps. */
function collection({ path }: PlaceTally): readonly string[] {
  const [, own, name = ''] = /^((?:\/[^/*]+)*\/([^/*]+))(?:\/\*)?$/.exec(path) ?? [];
  const plain = name.replace(/[^A-Za-z0-9_.-]+/g, '_');
  return own === undefined || plain === ''
    ? []
    : [`  ${plain}: { dialect: ${COLLECTION_DIALECT}, path: ${own} }`];
}

/** Entries of `operations`, by the modules whose records they seem to save. */
function operationsOfModules(places: readonly PlaceTally[]): readonly string[] {
  const byModule = Map.groupBy(places, ({ written }) => written?.home?.module ?? '');
  return [...byModule].flatMap(([name, some]) => {
    const entries = [...new Set(some.flatMap(entriesOf))];
    return entries.length === 0
      ? []
      : [`  ${name}:`, '    operations:', ...entries.map((entry) => entry.replace(/^/gm, '    '))];
  });
}

function entriesOf(place: PlaceTally): readonly string[] {
  const block = operationBlock(unexplained(place));
  return block === undefined ? [] : [block.split('\n').slice(1).join('\n')];
}

function unexplained({ method, path, written }: PlaceTally): Unexplained {
  return { method, path, home: written?.home, call: written?.call };
}

function section(head: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [head, ...lines];
}

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
