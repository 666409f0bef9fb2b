/** What the dialog says. Places stand in braces: `{sentTo}`, `{attempts}`, `{time}`, `{rule}`. */
export type DialogTexts = {
  readonly title: string;
  readonly prompt: string;
  readonly label: string;
  readonly submit: string;
  readonly cancel: string;
  readonly resend: string;
  /** Until a code may be sent again. */
  readonly resendIn: string;
  readonly attempts: string;
  readonly expiresIn: string;
  readonly expired: string;
  readonly wrong: string;
  readonly superseded: string;
  /** The code before cannot be used any more, and another one was sent. */
  readonly renewed: string;
  /** No code for these values is out. */
  readonly unsent: string;
  /** On the button of who waits for the customer's answer on the page. */
  readonly wait: string;
};

/** In English; for whoever gives no texts. */
export const ENGLISH: DialogTexts = {
  title: 'The customer’s code',
  prompt: 'A code was sent to {sentTo}. Ask the customer for it.',
  label: 'Code for “{rule}”',
  submit: 'Confirm',
  cancel: 'Cancel',
  resend: 'Send the code again',
  resendIn: 'Send again in {time}',
  attempts: 'Attempts left: {attempts}',
  expiresIn: 'Good for {time}',
  expired: 'The code has expired. Have a new one sent.',
  wrong: 'That was not the code.',
  superseded: 'A newer code was sent. Enter that one.',
  renewed: 'That code cannot be used any more. A new one was sent.',
  unsent: 'No code for this change is out yet. Have one sent.',
  wait: 'Wait for the customer’s answer',
};

/** The text with what stands in its places. */
export function filled(text: string, places: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(places[name] ?? place));
}

/** Minutes and seconds, `4:05`. */
export function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
