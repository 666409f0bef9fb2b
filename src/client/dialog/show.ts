import type { RuleRow } from '../../contract.ts';
import { clockOf, type DialogTexts, filled } from './texts.ts';
import type { View } from './view.ts';

/** The words of a question, and the keyboard for its code. */
export function showTexts(view: View, texts: DialogTexts, row: RuleRow): void {
  const { title, label, submit, cancel, wait, input } = view;
  const places = { rule: row.name };
  say(title, filled(texts.title, places));
  say(label, filled(texts.label, places));
  say(submit, texts.submit);
  say(cancel, texts.cancel);
  say(wait, texts.wait);
  const isNumeric = row.code_type === 'numeric';
  input.setAttribute('inputmode', isNumeric ? 'numeric' : 'text');
  input.setAttribute('autocapitalize', isNumeric ? 'off' : 'characters');
}

/** What is known of the code: where it went, and how many attempts are left. */
export function showRow({ prompt, attempts }: View, texts: DialogTexts, row: RuleRow): void {
  const { sent_to: sentTo, attempts_remaining: left, name: rule } = row;
  prompt.hidden = sentTo === undefined;
  say(prompt, filled(texts.prompt, { sentTo, rule }));
  attempts.hidden = left === undefined;
  say(attempts, filled(texts.attempts, { attempts: left }));
}

/** What depends on the time. Gives whether the code is over. */
export function showTimes(view: View, texts: DialogTexts, row: RuleRow): boolean {
  const { life, untilBefore, untilAfter, timer, submit, resend } = view;
  const left = secondsUntil(row.expires_at);
  const isOver = left === 0;
  life.hidden = left === undefined || isOver;
  const [before = '', after = ''] = texts.expiresIn.split('{time}');
  say(untilBefore, before);
  say(untilAfter, after);
  say(timer, clockOf(left ?? 0));
  submit.disabled = isOver;
  const wait = secondsUntil(row.resend_after) ?? 0;
  resend.disabled = wait > 0;
  say(resend, wait > 0 ? filled(texts.resendIn, { time: clockOf(wait) }) : texts.resend);
  return isOver;
}

/** Sets a text where it is another one: what is set anew is read out anew. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function secondsUntil(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Math.max(0, Math.ceil((Date.parse(time) - Date.now()) / 1000));
}
