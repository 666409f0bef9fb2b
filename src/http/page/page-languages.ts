import { bestLanguage } from '../../core/rule/language.ts';
import { ENGLISH, type PageTexts } from './page-texts.ts';
import { DUTCH, FRENCH, GERMAN } from './page-texts-de-fr-nl.ts';
import { ITALIAN, PORTUGUESE, SPANISH } from './page-texts-es-it-pt.ts';

const BUILT_IN: Readonly<Record<string, PageTexts>> = {
  en: ENGLISH,
  de: GERMAN,
  es: SPANISH,
  fr: FRENCH,
  pt: PORTUGUESE,
  it: ITALIAN,
  nl: DUTCH,
};
const LANGUAGES = Object.keys(BUILT_IN);

/** What a page says, and in which language. */
export type Spoken = { readonly language: string; readonly texts: PageTexts };

/**
 * The texts for whoever was written to in `language`; where that is not known, in the first language that their browser accepts.
 * English where no such language is built in.
 */
export function spokenIn(language: string, accepted: string | undefined): Spoken {
  const wanted = language === '' ? acceptedIn(accepted ?? '') : [language];
  const found = wanted.map(nearest).find((one) => one !== undefined) ?? 'en';
  return { language: found, texts: BUILT_IN[found] ?? ENGLISH };
}

function nearest(wanted: string): string | undefined {
  return bestLanguage(wanted, LANGUAGES);
}

/** RFC 9110 §12.5.4: the best first, those of weight 0 left out. */
function acceptedIn(header: string): readonly string[] {
  return header
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
      const weight = parameters.find((one) => one.startsWith('q='))?.slice(2);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
