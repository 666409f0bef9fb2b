import { compileCriteria } from '../../core/criteria/criteria.ts';
import { foldFieldAnew } from '../../core/likeness/fold.ts';
import { placeOf } from '../../core/rule/stored-address.ts';
import type { DecodedRule } from '../compile/compile-rule.ts';
import type { ConfigPath, Diagnostic } from '../explain/problem.ts';
import type { Decoded } from '../schema/schema.ts';
import { when } from './when.ts';

/** A field of a module's records that a rule reads, and where the rule names it. */
type Reading = { readonly path: ConfigPath; readonly module: string; readonly field: string };

/**
 * Rules that read a list of columns as a whole. To a save such a list is its columns, each a field of its own: nothing is ever said of the list, and
 * so the rule would never apply.
 */
export function checkColumns({ modules, rules }: Pick<Decoded, 'modules' | 'rules'>): readonly Diagnostic[] {
  return rules.flatMap((rule, index) =>
    readingsOf(rule).flatMap(({ path, module, field }) => {
      const entry = modules[module];
      const lists = entry !== undefined && 'columns' in entry ? Object.keys(entry.columns) : [];
      const list = lists.find((member) => foldFieldAnew(member) === foldFieldAnew(field));
      return when(
        list !== undefined,
        ['rules', index, ...path],
        `"${field}" is a list of columns of ${module}, each of which is a field: name the column, such as ${list}_4`,
      );
    }),
  );
}

function readingsOf({ module, when: criteria, send }: DecodedRule): readonly Reading[] {
  const own = (path: ConfigPath, fields: readonly string[]) =>
    fields.map((field): Reading => ({ path, module, field }));
  return [
    ...own(['when'], fieldsIn(criteria)),
    ...own(['send', 'when'], fieldsIn(send.when)),
    ...send.to.flatMap(({ address }, place) => {
      const path = ['send', 'to', place, 'address'];
      if (typeof address === 'string') return own(path, [placeOf(address).member]);
      return [
        ...own([...path, 'via'], [placeOf(address.via).member]),
        { path: [...path, 'field'], module: address.module, field: placeOf(address.field).member },
      ];
    }),
  ];
}

function fieldsIn(source: unknown): readonly string[] {
  const reading = compileCriteria(source);
  return reading.ok ? reading.criteria.fields : [];
}
