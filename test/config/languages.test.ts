import { expect, test } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import { aConfig, aRule, told } from './example.ts';

type Group = Record<string, unknown>;

const to = [{ channel: 'email', address: 'email' }];
const language = { field: 'preferred_language', default: 'en' };
const message = { en: '{{code}} in English', es: '{{code}} en español' };
const subject = { en: 'Code', es: 'Código' };
const changeMessage = { en: '{{code}} moves', es: '{{code}} cambia' };
const ALL = { language, message, subject, changeMessage };

const rules = (send: Group, rule: Group = {}) => ({ rules: [aRule({ send: { to, ...send }, ...rule })] });

test('texts by language are compiled, the default’s first', () => {
  const loaded = compileOptions(aConfig(rules({ ...ALL, language: { ...language, default: 'es' } })), {});
  if (!loaded.ok) throw new Error(told(rules(ALL)));
  const [rule] = loaded.snapshot.rules;
  expect(rule?.send.languageField).toBe('preferred_language');
  expect(rule?.send.wordings.map((one) => one.language)).toEqual(['es', 'en']);
  expect(rule?.send.wordings[0].message.parts).toContainEqual({ kind: 'text', text: ' en español' });
  expect(loaded.warnings).toEqual([]);
});

test('a text that is one for all languages may stand beside others', () => {
  expect(told(rules({ ...ALL, subject: '{{code}} – Acme' }))).toBe('');
});

const REFUSED: readonly [string, Group, string][] = [
  [
    'a default that is none of them',
    { ...ALL, language: { ...language, default: 'en-US' } },
    'send.language.default: no text is given in it; there are en, es (did you mean "en"?)',
  ],
  [
    'a default with a slip of the pen',
    { ...ALL, language: { ...language, default: 'ess' } },
    'send.language.default: no text is given in it; there are en, es (did you mean "es"?)',
  ],
  [
    'a text that is missing in one of them',
    { ...ALL, subject: { en: 'Code' } },
    'send.subject: is missing in es',
  ],
  [
    'a message without the code in one of them',
    { ...ALL, message: { ...message, es: 'Hola' } },
    'send.message.es: does not show the code: {{code}} is missing',
  ],
  [
    'an unknown place in one of them',
    { ...ALL, changeMessage: { ...changeMessage, es: '{{code}} {{cod}}' } },
    'send.changeMessage.es: {{cod}} is unknown',
  ],
  [
    'a subject of two lines in one of them',
    { ...ALL, subject: { ...subject, es: 'a\nb' } },
    'send.subject.es: must be one line',
  ],
  [
    'a language that is none',
    { ...ALL, message: { ...message, es_MX: '{{code}}' } },
    'send.message.es_MX: must be a language such as es or es-MX',
  ],
  [
    'one language twice',
    {
      language,
      ...Object.fromEntries(
        Object.entries({ message, subject, changeMessage }).map(([key, texts]) => [
          key,
          { ...texts, ES: texts.es },
        ]),
      ),
    },
    'send.message: has es and ES, which are one language',
  ],
  ['texts, and nothing that says which', { message }, 'send.language: is missing: where does the record'],
  ['a language of no text', { language }, 'send.language: has no effect: no text is given by language'],
  [
    'a misspelt key',
    { ...ALL, language: { ...language, defualt: 'en' } },
    'send.language.defualt: unknown key (did you mean "default"?)',
  ],
  ['a list of texts', { ...ALL, message: ['{{code}}'] }, 'send.message: must be a text, or a text for each'],
  ['no text at all', { ...ALL, message: {} }, 'send.message: is missing in en, es'],
];

test.each(REFUSED)('%s is refused, with its place', (_, send, expected) => {
  const errors = told(rules(send))
    .split('\n')
    .filter((line) => line.startsWith('error'));
  expect(errors).toEqual([expect.stringContaining(`error  rules[0].${expected}`)]);
});

test('texts of ours that would stand in English beside those of other languages are warned about', () => {
  const said = 'is English for everybody: give it in each language';
  expect(told(rules({ language, message }))).toBe(
    [`warning  rules[0].send.subject: ${said}`, `warning  rules[0].send.changeMessage: ${said}`].join('\n'),
  );
  expect(told(rules({ language, message, subject }, { recipientChange: 'allow' }))).toBe('');
});

test('a field that is merged as it is may be shown in one language only', () => {
  const shown = { ...message, es: '{{code}} {{record.note}}' };
  expect(told(rules({ ...ALL, message: shown, verbatim: ['note'] }))).toBe('');
  expect(told(rules({ ...ALL, verbatim: ['note'] }))).toContain('neither message nor subject shows note');
});
