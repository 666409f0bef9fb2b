import { randomUUID } from 'node:crypto';
import type { Message } from '../../core/rule/message.ts';

/** What a message puts into the places of a request; `secret.<name>` beside it. */
export const PLACES = [
  'to',
  'message',
  'subject',
  'code',
  'rule',
  'record',
  'language',
  'expires_at',
  'seconds',
  'id',
] as const;

const PLACE = /\{\{\s*(.*?)\s*\}\}/gs;

/** The names of the places in a text, in their order. */
export function placesIn(text: string): readonly string[] {
  return [...text.matchAll(PLACE)].map(([, name = '']) => name);
}

/** The text with something else in each place. */
export function withPlacesAs(text: string, other: string): string {
  return text.replace(PLACE, () => other);
}

/** The value of each place, as text. */
export type Filling = Readonly<Record<string, string>>;

/** What the places of one message hold. What is not known is empty. */
export function fillingOf(message: Message, now: number, secrets: Filling): Filling {
  const { address, text, subject, code, rule, record, language, expiresAt, reference } = message;
  const named = Object.getOwnPropertyNames(secrets).map((name) => [`secret.${name}`, secrets[name] ?? '']);
  return {
    ...Object.fromEntries(named),
    to: address,
    message: text,
    subject,
    code,
    rule,
    record: record ?? '',
    language: language ?? '',
    expires_at: new Date(expiresAt).toISOString(),
    seconds: String(Math.max(1, Math.floor((expiresAt - now) / 1000))),
    id: reference ?? randomUUID(),
  };
}

/** The text with each place filled once: what is put in is never read as a place. `written` is how a value stands there. */
export function filled(text: string, filling: Filling, written = (value: string) => value): string {
  return text.replace(PLACE, (_, name: string) => written(filling[name] ?? ''));
}
