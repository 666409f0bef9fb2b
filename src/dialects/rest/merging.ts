import { valuesOf } from '../../core/wire/headers.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Head } from '../dialect.ts';

/**
 * The columns by which a POST finds the record that it changes in place of a new one, where they are not the id alone. PostgREST takes them from
 * `on_conflict`, and merges where `Prefer` says so: https://docs.postgrest.org/en/stable/references/api/tables_views.html#upsert
 */
export function mergedBy(
  { query, headers }: Pick<Head, 'query' | 'headers'>,
  idField: string,
): string | undefined {
  const merges = valuesOf(headers, 'prefer').some((value) => /merge-duplicates/i.test(value));
  if (!merges) return undefined;
  return readQuery(query).find(([name, value]) => name === 'on_conflict' && value !== idField)?.[1];
}
