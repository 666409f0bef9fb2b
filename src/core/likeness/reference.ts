import { remembered } from '../remembered.ts';
import { foldField } from './fold.ts';

/** Words at the end of a name that say how a record is referred to, and not which. */
const ID_WORDS = 'id ids uuid guid oid pk fk key ref reference uri iri url href link'.split(' ');
/** Those that some put before it: `id_customer` (PrestaShop), `fk_soc` (Dolibarr). */
const FIRST_WORDS = ['id', 'fk'];

/**
 * The names under which a save may set the reference, folded: `contact_id` is `contact` to Prisma and JSON:API, `contactId`,
 * `contact_ref`, and where there is a list of them `contacts`.
 */
export const namesOfReference = remembered((field: string): readonly string[] => {
  const stems = [stemOf(field), stemBehind(field)];
  const names = stems.flatMap((stem) => ['', 's', ...ID_WORDS].map((ending) => foldField(stem + ending)));
  return [...new Set([foldField(field), ...names])];
});

/** The stem of a reference whose name begins with the word that says so; that of any other name. */
function stemBehind(field: string): string {
  const [first = '', ...others] = wordsOf(field);
  return FIRST_WORDS.includes(first) && others.length > 0 ? stemOf(others.join('_')) : stemOf(field);
}

/** Whether the name of a field says that it refers to another record. */
export const isReference = remembered(
  (field: string): boolean => foldField(stemOf(field)) !== foldField(field),
);

/**
 * What a member that holds an object or a list may be the relation of: `contact_attributes` (Rails), `nestedContact`, `contacts`
 * are all of `contact`. In any run of its words, folded.
 */
export const relationsIn = remembered((name: string): readonly string[] => {
  const words = wordsOf(name).slice(0, MOST_WORDS);
  const runs = words.flatMap((_, start) =>
    words.slice(start).map((_, count) => words.slice(start, start + count + 1).join('')),
  );
  return [...new Set(runs.flatMap((run) => [run, run.replace(/s$/, '')]).map(foldField))];
});

/**
 * What a name is about, folded, where it names records in any way: `deliveries`, `Delivery`, `delivery_ids` and `deliveryRef` are all about
 * deliveries.
 */
export const subjectOf = remembered((name: string): string =>
  foldField(stemOf(name))
    .replace(/ies$/, 'y')
    .replace(/(?<=[sxz]|[cs]h)es$/, '')
    .replace(/s$/, ''),
);

const MOST_WORDS = 8;

/** The name without the words that say that it refers; all of it where there are no others. */
function stemOf(field: string): string {
  const words = wordsOf(field);
  while (words.length > 1 && isIdWord(words.at(-1) ?? '')) words.pop();
  return words.join('');
}

function isIdWord(word: string): boolean {
  return ID_WORDS.includes(word) || ID_WORDS.includes(word.replace(/s$/, ''));
}

/** The words of a name, in small letters, divided at marks and at humps. */
function wordsOf(name: string): string[] {
  return name
    .replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '');
}
