import type { Body, Entry } from '../core/body.ts';
import { foldName } from '../core/fold.ts';
import { textOf } from '../core/json.ts';
import { resembles } from '../core/likeness.ts';
import { aliasOf } from '../core/parameter.ts';
import { type Problem, problem } from '../core/problem.ts';

/**
 * What in a form's entries two servers could read differently, or undefined. PHP takes the last of two equal names, servlets the
 * first; so guarded and control names and those of codes stand once, after all foldings, and in UTF-8. All others pass.
 */
export function entryFault(body: Body, names: readonly string[]): Problem | undefined {
  if (body.kind === 'json') return undefined;
  const refuse = (detail: string) => problem('request-unreadable', detail);
  const seen = new Set<string>();
  const wanted = [...new Set(names.map(foldName))];
  for (const entry of body.entries) {
    if (foldName(entry.name) === '_charset_' && !/^utf-?8$/i.test(textOf(entry.value) ?? '')) {
      return refuse('Send the form in UTF-8; "_charset_" says otherwise.');
    }
    for (const meaning of meaningsOf(entry, wanted)) {
      if (!entry.isUtf8) return refuse(`The field "${entry.name}" is not valid UTF-8.`);
      if (seen.has(meaning))
        return refuse(
          `The field "${entry.name}" stands in the form twice, as servers read it. Send it once.`,
        );
      seen.add(meaning);
    }
  }
  return undefined;
}

/** The guarded, control and code names that the entry may be. */
function meaningsOf({ name }: Entry, wanted: readonly string[]): readonly string[] {
  const alias = aliasOf(name);
  return alias === undefined ? wanted.filter((other) => resembles(name, other)) : [`code ${alias}`];
}
