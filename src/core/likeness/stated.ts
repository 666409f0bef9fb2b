import type { Json } from '../wire/json.ts';
import { indexOf, type Saying } from './name-index.ts';

/** What a save gives, by the names, folded, under which it may be a field's: its values, or undefined where nobody knows the value. */
export type Stated = ReadonlyMap<string, readonly Json[] | undefined>;

/** All that a save says, read once, however many rules are looked for. */
export function statedIn(saying: Saying): Stated {
  const { fields, elsewhere, texts, documents, relations } = indexOf(saying);
  const stated = new Map<string, readonly Json[] | undefined>();
  for (const [name, members] of fields) {
    stated.set(
      name,
      members.map((member) => saying.fields.get(member) ?? null),
    );
  }
  for (const members of [elsewhere, texts, documents, relations])
    for (const name of members.keys()) stated.set(name, undefined);
  return stated;
}
