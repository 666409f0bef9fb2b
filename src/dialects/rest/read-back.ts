import type { CollectionModule } from '../../core/saving/module.ts';
import { nameInBraces, operationsOf, pathWith } from '../../core/saving/operation.ts';
import { SELF } from '../../core/saving/operation-entry.ts';

/** How the stored record of a module is asked for. */
export type ReadBack = {
  /** Below the CRM's base address, with its query. */
  pathOf(id: string): string;
  /** JSON pointer to the record's fields in the answer. */
  readonly record: string;
  /** Whether the id is that of the module's only record, which has no other name. */
  isOnly(id: string): boolean;
};

const KNOWN = new WeakMap<CollectionModule, ReadBack>();

/** `{path}/{id}`, or, where the module has no usual shapes, what its first `read` says. */
export function readBackOf(definition: CollectionModule): ReadBack {
  const known = KNOWN.get(definition);
  if (known) return known;
  const made = newReadBack(definition);
  KNOWN.set(definition, made);
  return made;
}

function newReadBack(definition: CollectionModule): ReadBack {
  const operations = definition.shapes === 'none' ? operationsOf(definition) : [];
  const hasOnlyOne = operations.some(
    ({ act }) =>
      (act.kind === 'save' && act.naming.kind === 'self') || (act.kind === 'read' && act.id === SELF),
  );
  const query = definition.read?.query;
  const ending = query === undefined ? '' : `?${query}`;
  const isOnly = (id: string) => hasOnlyOne && id === SELF;
  for (const { act, template } of operations) {
    if (act.kind !== 'read') continue;
    const name = nameInBraces(act.id);
    const pathOf = (id: string) => {
      const path = pathWith(template, name === undefined ? new Map() : new Map([[name, id]]));
      return query === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
    };
    return { pathOf, record: act.record, isOnly };
  }
  const { path, record } = definition;
  return {
    pathOf: (id) => `${path}${isOnly(id) ? '' : `/${encodeURIComponent(id)}`}${ending}`,
    record,
    isOnly,
  };
}
