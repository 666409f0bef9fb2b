import * as z from 'zod';
import { bestLanguage } from '../../core/rule/language.ts';
import { languageTag } from '../../kinds/values.ts';
import { nearest } from '../explain/suggest.ts';
import type { Context } from './check-texts.ts';

/** A text of a message, or the same in several languages. */
export type Texts = string | Readonly<Record<string, string>>;

type SendTexts = {
  readonly message: Texts;
  readonly subject: Texts;
  readonly changeMessage: Texts;
  readonly overrideMessage: Texts;
};

/** What is said where a rule says nothing, in English. */
export const PRESET_TEXTS = {
  message:
    '{{code}} is your code for: {{rule.name}}. It is valid for {{minutes}} min. Share it only if you agree.',
  changeMessage:
    '{{code}} confirms that your codes for {{rule.name}} go to another address from now on. Share it only if you agree.',
  subject: '{{code}} is your code for: {{rule.name}} ({{minutes}} min)',
  overrideMessage: '{{rule.name}}: a change was made without your code. Reason: {{reason}}.',
} as const;

/** The same for rules with a page. */
const PAGE_PRESETS = {
  message:
    '{{rule.name}}: see what changes and answer at {{link}} - or share the code {{code}} if you agree. Valid for {{minutes}} min.',
  changeMessage:
    'Your codes for {{rule.name}} are to go to another address. See the change and answer at {{link}} - or share the code {{code}} if you agree.',
} as const;

/** The texts of a rule with a page: those that say nothing of their own lead to it. */
export function withLinks<T extends Pick<SendTexts, 'message' | 'changeMessage'>>({
  message,
  changeMessage,
}: T): Pick<SendTexts, 'message' | 'changeMessage'> {
  return {
    message: message === PRESET_TEXTS.message ? PAGE_PRESETS.message : message,
    changeMessage: changeMessage === PRESET_TEXTS.changeMessage ? PAGE_PRESETS.changeMessage : changeMessage,
  };
}

/** One text, or one for each language. */
export function texts(one: z.ZodType<string, string>) {
  return z.union([one, z.record(languageTag, one)], {
    error: 'must be a text, or a text for each language: { en: …, es: … }',
  });
}

/** The languages in which a rule's texts are given, as they are written; empty where the one language is not named. */
export function languagesOf({
  message,
  subject,
  changeMessage,
  overrideMessage,
}: SendTexts): readonly string[] {
  const groups = [message, subject, changeMessage, overrideMessage].filter(
    (given) => typeof given !== 'string',
  );
  return [...new Set(groups.flatMap((group) => Object.keys(group)))];
}

/** What of a text is said in a language. */
export function textIn(given: Texts, language: string | undefined): string {
  return typeof given === 'string' ? given : (given[language ?? ''] ?? '');
}

/** Reports texts that are missing in a language, two languages that are the same, and a default that is not among them. */
export function checkLanguages(
  send: SendTexts & { readonly language?: { readonly default: string } | undefined },
  context: Context,
): void {
  const report = (path: string[], message: string, suggestion?: string) =>
    context.addIssue({ code: 'custom', path, message, params: { at: undefined, suggestion } });
  const languages = languagesOf(send);
  const { language, message, subject, changeMessage, overrideMessage } = send;
  if (languages.length === 0) {
    if (language) report(['language'], 'has no effect: no text is given by language');
    return;
  }
  for (const [key, given] of Object.entries({ message, subject, changeMessage, overrideMessage })) {
    const missing = languages.filter((one) => typeof given !== 'string' && !Object.hasOwn(given, one));
    if (missing.length > 0) report([key], `is missing in ${missing.join(', ')}`);
  }
  for (const [index, one] of languages.entries()) {
    const twin = languages.slice(0, index).find((other) => other.toLowerCase() === one.toLowerCase());
    if (twin !== undefined) report(['message'], `has ${twin} and ${one}, which are one language`);
  }
  if (!language) report(['language'], 'is missing: where does the record say which language is wanted?');
  else if (!languages.includes(language.default))
    report(
      ['language', 'default'],
      `no text is given in it; there are ${languages.join(', ')}`,
      bestLanguage(language.default, languages) ?? nearest(language.default, languages),
    );
}
