import { SELF } from '../../core/saving/operation-entry.ts';
import { readTemplateOf, valuesIn } from '../../core/saving/request-template.ts';
import { isWithin } from '../../kinds/paths.ts';
import type { Diagnostic } from '../explain/problem.ts';
import type { Decoded } from '../schema/schema.ts';
import { when } from './when.ts';

type Modules = Decoded['modules'];
type Describing = Extract<Modules[string], { operations: unknown }>;
type OperationEntry = Describing['operations'][number];

/** Operations that nobody could tell apart, or by which no record could be read. */
export function checkOperations({ modules }: Pick<Decoded, 'modules'>): readonly Diagnostic[] {
  const seen = new Map<string, string>();
  return Object.entries(modules).flatMap(([name, entry]) => {
    if (!('operations' in entry)) return [];
    const at = (index: number, ...keys: string[]) => ['modules', name, 'operations', index, ...keys];
    return entry.operations.flatMap((operation, index): readonly Diagnostic[] => {
      const key = keyOf(operation);
      const earlier = seen.get(key);
      seen.set(key, name);
      return [
        ...when(
          earlier !== undefined,
          at(index, 'request'),
          `is described in ${earlier} already: a request would be both`,
        ),
        ...when(
          isOnly(operation) && entry.shapes !== 'none',
          at(index),
          'is about the only record of its module: set "shapes: none", since {path}/{id} names no other',
        ),
        ...foreignDoor(operation, modules, at(index, 'request')),
        ...swallowed(operation, modules, at(index, 'request')),
        ...unreadableBack(operation, entry, at(index, 'request')),
      ];
    });
  });
}

function isOnly({ save, read }: OperationEntry): boolean {
  return (save?.id ?? read?.id) === SELF;
}

/** The same for what no request could tell apart. */
function keyOf({ request, when: told = {}, save }: OperationEntry): string {
  const place = save?.ids ?? save?.records ?? (save?.id?.startsWith('/') ? save.id : '');
  return JSON.stringify([request.replace(/\{\w+\}/g, '{}'), Object.entries(told).sort(), place]);
}

/** Modules of other dialects read all that lies below their path themselves. */
function foreignDoor(
  { request }: OperationEntry,
  modules: Modules,
  path: Diagnostic['path'],
): readonly Diagnostic[] {
  const [, written = ''] = request.split(/[ ?]/);
  const owner = Object.entries(modules).find(
    ([, entry]) => !('operations' in entry) && isWithin(written, entry.path),
  );
  return when(
    owner !== undefined,
    path,
    `lies below the path of ${owner?.[0]}, whose dialect reads what goes there`,
  );
}

/** A name in the place of another module's path would take that module's requests for its own. */
function swallowed(
  { request }: OperationEntry,
  modules: Modules,
  path: Diagnostic['path'],
): readonly Diagnostic[] {
  const template = readTemplateOf(request);
  if ('fault' in template) return [];
  const { segments } = template;
  const owner = Object.entries(modules).find(([, entry]) => {
    const own = entry.path.slice(1).split('/');
    const isAsLong = segments.length === own.length || segments.length === own.length + 1;
    const taken = own.map((text, index) => segments[index] && valuesIn(segments[index], text));
    return (
      isAsLong &&
      taken.every((values) => values !== undefined) &&
      taken.some((values) => values?.length !== 0)
    );
  });
  return when(
    owner !== undefined,
    path,
    `could be a request for records of ${owner?.[0]}: write its path out`,
  );
}

/** Without the usual shapes the first `read` is how a stored record is asked for, and then only its id is known. */
function unreadableBack(
  operation: OperationEntry,
  { shapes, operations }: Describing,
  path: Diagnostic['path'],
): readonly Diagnostic[] {
  const isFirst = shapes === 'none' && operations.find(({ read }) => read) === operation;
  const template = readTemplateOf(operation.request);
  const isLost = isFirst && !('fault' in template) && template.names.length > 1;
  return when(
    isLost,
    path,
    'is how a stored record is asked for, and of its names only that of the id is known then',
  );
}
