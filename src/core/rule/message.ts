import { saidOfReference } from '../likeness/said.ts';
import type { Save } from '../saving/save.ts';
import { type JsonObject, textOf } from '../wire/json.ts';
import { canonicalText } from '../wire/write-json.ts';
import { type Rule, shownFieldsOf, type Wording } from './rule.ts';
import { shownValue, straight, turns, verbatimValue } from './shown-value.ts';
import { fill, type Template } from './template.ts';

/** What a channel hands over. The only place where the code stands in clear. */
export type Message = {
  readonly address: string;
  readonly subject: string;
  readonly text: string;
  /** Of subject and text, BCP 47, where it is known. */
  readonly language?: string;
  /** For channels that have a place of their own for it (templates, `one-time-code` autofill). Empty in a message that asks for nothing. */
  readonly code: string;
  /** To the page on which the customer can answer, where the rule has one. As secret as the code. */
  readonly link?: string;
  /** Milliseconds since 1970: to arrive later is useless. */
  readonly expiresAt: number;
  /** Id of the rule, for receivers that sort messages. */
  readonly rule: string;
  /** Id of the record; null where it does not exist yet. */
  readonly record: string | null;
  /** Comes back with what the provider reports, where the channel takes reports. Says nothing to anybody else. */
  readonly reference?: string;
};

/** What a customer is asked about: what the criteria are about, that the address for codes changes, or both. */
export type AsksAbout = 'criteria' | 'address' | 'both';

/** All that the text of a message is made of. */
export type Occasion = {
  readonly rule: Rule;
  readonly wording: Wording;
  readonly save: Pick<Save, 'operation' | 'verb' | 'id'>;
  /** What the customer is asked about: what the criteria are about, that the address for codes changes, or both. */
  readonly about: AsksAbout;
  /** The record's fields that the texts show: see `shownOf`. */
  readonly record: JsonObject;
  readonly code: string;
  readonly link?: string | undefined;
};

/** What a message says. Fields of the record are cleaned, since whoever writes them could add a second code. */
export function composeMessage(occasion: Occasion): Pick<Message, 'subject' | 'text' | 'language'> {
  const { language, message, subject, changeMessage } = occasion.wording;
  const parts = { criteria: [message], address: [changeMessage], both: [message, changeMessage] };
  const fillPlace = (place: string) => placeOf(place, occasion);
  return {
    subject: filled(subject, fillPlace),
    text: parts[occasion.about].map((part) => filled(part, fillPlace)).join('\n\n'),
    ...(language !== undefined && { language }),
  };
}

/** What a customer is told after a save that somebody vouched for. */
export type NoticeOccasion = Pick<Occasion, 'rule' | 'wording' | 'save' | 'record'> & {
  readonly user: string;
  readonly reason: string;
};

/** Says that a save went through without the customer, who vouched for it, and why. There is no code in it. */
export function composeNotice(occasion: NoticeOccasion): Pick<Message, 'subject' | 'text' | 'language'> {
  const { rule, wording, user, reason } = occasion;
  const { language, overrideMessage } = wording;
  const fillPlace = (place: string) => {
    if (place === 'caller.user') return shownValue(user, rule.code.length);
    if (place === 'reason') return shownValue(reason, rule.code.length, LONGEST_REASON);
    return placeOf(place, { ...occasion, about: 'criteria', code: '' });
  };
  return {
    subject: shownValue(rule.name, rule.code.length),
    text: overrideMessage ? filled(overrideMessage, fillPlace) : '',
    ...(language !== undefined && { language }),
  };
}

const LONGEST_REASON = 300;

/** The fields of the record that such a text shows, as they are after the save. */
export function noticeFieldsOf(
  { overrideMessage }: Wording,
  save: Pick<Save, 'fields'>,
  before: JsonObject | null,
): JsonObject {
  return shownIn(overrideMessage?.recordFields ?? [], save, before);
}

/**
 * The record's fields as the customer has to see them: the stored value, or all that the save gives the field under any name
 * that some reader takes for it, since nobody knows which of them is stored; and `…` where a value may stand elsewhere in the save.
 */
export function shownOf(wording: Wording, save: Pick<Save, 'fields'>, before: JsonObject | null): JsonObject {
  return shownIn(shownFieldsOf(wording), save, before);
}

function shownIn(
  names: readonly string[],
  save: Pick<Save, 'fields'>,
  before: JsonObject | null,
): JsonObject {
  return new Map(
    names.map((name) => {
      // As the code is bound: whether a field is a reference, its name alone does not tell.
      const { values, elsewhere } = saidOfReference(save, name, before);
      const shown = values.length > 0 ? values : [before?.get(name) ?? null];
      const texts = shown.map((value) => textOf(value) ?? (value ? canonicalText(value) : ''));
      return [name, [...texts, ...(elsewhere.size > 0 ? ['…'] : [])].join(' / ')];
    }),
  );
}

/** The text with its places filled. One that is written from right to left would turn the numbers of a value that is not. */
function filled(template: Template, textAt: (place: string) => string): string {
  const isTurned = template.parts.some((part) => part.kind === 'text' && turns(part.text));
  if (!isTurned) return fill(template, textAt);
  return fill(template, (place) => (OUR_OWN.has(place) ? textAt(place) : straight(textAt(place))));
}

/** Places of which nothing is turned, and which people copy. */
const OUR_OWN = new Set(['code', 'link', 'minutes']);

function placeOf(place: string, { rule, save, record, code, link = '' }: Occasion): string {
  switch (place) {
    case 'code':
      return code;
    case 'link':
      return link;
    case 'minutes':
      return String(Math.max(1, Math.round(rule.code.validForMs / 60_000)));
    case 'rule.name':
      return shownValue(rule.name, rule.code.length);
    case 'save.id':
      return shownValue(save.id ?? '', rule.code.length);
    case 'save.operation':
      return save.verb ?? save.operation;
    default: {
      const field = place.slice('record.'.length);
      const value = textOf(record.get(field)) ?? '';
      return rule.send.verbatim.includes(field) ? verbatimValue(value) : shownValue(value, rule.code.length);
    }
  }
}
