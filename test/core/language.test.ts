import { expect, it } from 'vitest';
import { bestLanguage } from '../../src/core/rule/language.ts';
import { boundFieldsOf, wordingFor } from '../../src/core/rule/rule.ts';
import { aRule, aWording, templateOf } from './a-rule.ts';

it.each([
  ['es', ['en', 'es'], 'es'],
  ['ES', ['en', 'es'], 'es'],
  [' es ', ['en', 'es'], 'es'],
  ['es-MX', ['en', 'es'], 'es'],
  ['ES_mx', ['en', 'es'], 'es'],
  ['es_MX', ['es', 'es-MX'], 'es-MX'],
  ['es-mx', ['es-ES', 'es-MX'], 'es-MX'],
  ['zh-Hant-TW', ['zh', 'zh-Hant'], 'zh-Hant'],
  ['zh-Hant-TW', ['zh-Hans', 'en'], undefined],
  ['es', ['en', 'es-MX', 'es-ES'], 'es-MX'],
  ['es-ES', ['en', 'es-MX'], undefined],
  ['est', ['en', 'es'], undefined],
  ['e', ['en', 'es'], undefined],
  ['', ['en', 'es'], undefined],
  ['Spanish, please', ['en', 'es'], undefined],
  ['es/../en', ['en', 'es'], undefined],
  ['constructor', ['en', 'es'], undefined],
  [`es${'-a'.repeat(4_000_000)}`, ['en', 'es'], undefined],
])('who wants %j is offered %j and gets %j', (wanted, offered, best) => {
  expect(bestLanguage(wanted, offered)).toBe(best);
});

const inLanguage = (language: string, field: string) => ({
  ...aWording,
  language,
  changeMessage: templateOf(`{{code}} {{record.${field}}}`),
});

it('whoever wants none of the languages gets the first', () => {
  const wordings = [inLanguage('en', 'a'), inLanguage('es', 'b')] as const;
  const languageOf = (stored: string) => wordingFor({ wordings: [...wordings] }, stored).language;
  expect(['es-MX', 'fr', '', 'en'].map(languageOf)).toEqual(['es', 'en', 'en', 'en']);
  expect(wordingFor({ wordings: [aWording] }, 'es')).toBe(aWording);
});

it('a code is bound to what any of the texts shows, in whatever language', () => {
  const wordings = [inLanguage('en', 'a'), inLanguage('es', 'b')] as const;
  const rule = { ...aRule, send: { ...aRule.send, wordings } };
  expect(boundFieldsOf(rule)).toEqual(['status', 'subject', 'a', 'b', 'phone', 'email']);
});
