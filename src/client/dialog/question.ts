import type { RuleRow, Slug } from '../../contract.ts';
import { type Challenge, nameOf } from '../ask.ts';
import { CountersignError } from '../error.ts';
import { say, showRow, showTexts, showTimes } from './show.ts';
import type { DialogTexts } from './texts.ts';
import type { View } from './view.ts';

/** What one question comes to: undefined where the person gives up. */
export type Outcome = { readonly code: string } | 'wait' | undefined;

/** Asks about one row, until somebody answers or the request is aborted. */
export function askAbout(
  row: RuleRow,
  { previous, resend, signal }: Challenge,
  view: View,
  texts: DialogTexts,
): Promise<Outcome> {
  const { dialog, input, form, fault } = view;
  let shown = row;
  let isToldOver = false;

  function tick(): void {
    const isOver = showTimes(view, texts, shown);
    if (isOver && !isToldOver) say(fault, texts.expired);
    isToldOver = isOver;
  }

  async function sendAgain(): Promise<void> {
    view.resend.disabled = true;
    // A button that is disabled loses the focus.
    input.focus();
    try {
      shown = renewed(shown, await resend(nameOf(row)));
      say(fault, '');
    } catch (error) {
      shown = sentLater(shown, error);
      say(fault, error instanceof Error ? error.message : String(error));
    }
    showRow(view, texts, shown);
    tick();
  }

  return new Promise((resolve) => {
    const timer = setInterval(tick, 250);
    const end = (outcome: Outcome) => {
      clearInterval(timer);
      signal.removeEventListener('abort', giveUp);
      dialog.remove();
      resolve(outcome);
    };
    const giveUp = () => end(undefined);
    signal.addEventListener('abort', giveUp);
    dialog.oncancel = giveUp;
    view.cancel.onclick = giveUp;
    view.wait.onclick = () => end('wait');
    view.resend.onclick = sendAgain;
    input.oninput = (event) => {
      input.removeAttribute('aria-invalid');
      if (event instanceof InputEvent && event.isComposing) return;
      const code = plain(input.value);
      if (code !== input.value) input.value = code;
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      end({ code: plain(input.value) });
    };
    showTexts(view, texts, row);
    showRow(view, texts, row);
    dialog.showModal();
    // What stands in an alert when it appears is not read out everywhere.
    const wrong = faultOf(previous, texts);
    if (wrong !== undefined) input.setAttribute('aria-invalid', 'true');
    say(fault, (wrong ?? (row.expires_at ?? row.sent_to) === undefined) ? (wrong ?? texts.unsent) : '');
    tick();
    if (signal.aborted) giveUp();
  });
}

/** Why the code before was not taken. */
function faultOf(previous: Slug | undefined, texts: DialogTexts): string | undefined {
  if (previous === 'otp-invalid') return texts.wrong;
  return previous === 'otp-superseded' ? texts.superseded : previous && texts.renewed;
}

/** A code that was just sent is not over, whatever the clock of the device says. */
function renewed(row: RuleRow, answer: RuleRow): RuleRow {
  const { expires_at: before, ...rest } = { ...row, ...answer };
  const isAlive = before !== undefined && Date.parse(before) > Date.now();
  return isAlive ? { ...rest, expires_at: before } : rest;
}

function sentLater(row: RuleRow, error: unknown): RuleRow {
  const seconds = error instanceof CountersignError ? error.retryAfter : undefined;
  if (seconds === undefined) return row;
  return { ...row, resend_after: new Date(Date.now() + seconds * 1000).toISOString() };
}

/** Codes are pasted with blanks and hyphens. */
const plain = (code: string) => code.normalize('NFKC').replace(/[\s\p{Pd}]+/gu, '');
