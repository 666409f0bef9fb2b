import { bestLanguage } from '../../core/rule/language.ts';
import type { Message } from '../../core/rule/message.ts';
import { escapeMarkup } from '../../core/wire/markup.ts';

/** In which language a code is read out. */
export type VoiceOptions = {
  /** As Twilio writes it, `en-US`. */
  readonly language: string;
  /** The same for other languages of messages, by theirs. */
  readonly languages: Readonly<Record<string, string>>;
};

/**
 * The fields of a call that says the message twice, its code symbol by symbol. What to say goes along, so that nobody has to be asked
 * for it: https://www.twilio.com/docs/voice/twiml/say
 */
export function callOf({ address, text, code, language = '' }: Message, from = '', voice: VoiceOptions) {
  const spoken =
    voice.languages[bestLanguage(language, Object.keys(voice.languages)) ?? ''] ?? voice.language;
  const spelled = code === '' ? text : text.replaceAll(code, `${[...code].join(', ')}.`);
  const said = escaped(spelled);
  const say = `<Say language="${escaped(spoken)}">${said}</Say>`;
  return {
    To: address,
    From: from,
    Twiml: `<?xml version="1.0" encoding="UTF-8"?><Response>${say}<Pause length="1"/>${say}</Response>`,
  };
}

/** Text as it stands in XML, without what XML 1.0 has no way to write. */
function escaped(text: string): string {
  return escapeMarkup(text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''));
}
