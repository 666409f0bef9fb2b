import { foldName } from '../../core/likeness/fold.ts';
import { type GuardedNames, pathTo, wordsBelow } from '../../core/likeness/guarded-names.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Body, BodyEntry } from '../../core/wire/body.ts';
import { textOf } from '../../core/wire/json.ts';
import { aliasOf } from '../../core/wire/parameter.ts';

/** PHP drops names that are nested deeper (`max_input_nesting_level`); JSON is not read deeper either. */
const MAX_STEPS = 64;

/**
 * What in a form's entries two servers could read differently, or undefined. PHP takes the last of two equal names, servlets the
 * first; so guarded and control names and those of codes stand once, after all foldings, and in UTF-8. All others pass.
 */
export function entryFault(body: Body, names: GuardedNames): Problem | undefined {
  if (body.kind === 'json') return undefined;
  const refuse = (detail: string) => problem('request-unreadable', detail);
  const seen = new Map<string, string[]>();
  for (const entry of body.entries) {
    if (entry.name.split(/[.[]/).length > MAX_STEPS)
      return refuse(`The field "${entry.name.slice(0, 40)}…" is nested deeper than ${MAX_STEPS} levels.`);
    if (foldName(entry.name) === '_charset_' && !/^utf-?8$/i.test(textOf(entry.value) ?? '')) {
      return refuse('Send the form in UTF-8; "_charset_" says otherwise.');
    }
    const meanings = meaningsOf(entry, names);
    if (!entry.isUtf8 && [entry, ...sloppilyRead(entry)].some((read) => meaningsOf(read, names).length > 0))
      return refuse(`The field "${entry.name}" is not valid UTF-8.`);
    for (const { path, below } of meanings) {
      const others = seen.get(path) ?? [];
      if (others.some((other) => liesWithin(below, other) || liesWithin(other, below)))
        return refuse(
          `The field "${entry.name}" stands in the form twice, as servers read it. Send it once.`,
        );
      seen.set(path, [...others, below]);
    }
  }
  return undefined;
}

/** A guarded name that stands in a form: the way that leads to it, and what below it is meant. */
type Place = { readonly path: string; readonly below: string };

/**
 * The guarded, control and code names that the entry may be, each with the way that leads to it: the `status` of two order
 * lines are two names, and so are `contact[email]` and `contact[name]`.
 */
function meaningsOf({ name }: Pick<BodyEntry, 'name'>, names: GuardedNames): readonly Place[] {
  const alias = aliasOf(name);
  if (alias !== undefined) return [{ path: `code ${alias}`, below: '' }];
  const fields = names.fieldsIn(name);
  return names.meaningsOf(name).map((meaning) => ({
    path: pathTo(meaning, name),
    below: fields.includes(meaning) ? wordsBelow(meaning, name) : '',
  }));
}

/** Whether one is the other or holds it: `contact[address]` is set anew by `contact[address][city]` to some, and left to others. */
function liesWithin(place: string, other: string): boolean {
  return other === '' || place === other || place.startsWith(`${other}/`);
}

/** A name for readers that skip bytes which are no UTF-8, and for those that undo overlong ones (`%C1%B3` is an `s`). */
function sloppilyRead({ name }: BodyEntry): readonly Pick<BodyEntry, 'name'>[] {
  const short = name.replace(/(?:[\xc0\xc1]|\xe0[\x80\x81]|\xf0\x80[\x80\x81])[\x80-\xbf]/g, (bytes) => {
    const [last = 0, before = 0] = [...bytes].map((byte) => byte.charCodeAt(0)).reverse();
    return String.fromCharCode(((before & 1) << 6) | (last & 0x3f));
  });
  return [name, short].map((text) => ({ name: text.replace(/\P{ASCII}+/gu, '') }));
}
