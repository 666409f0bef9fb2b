import type { Ask, AskAnswer } from './ask.ts';
import { CountersignDialog } from './dialog/element.ts';
import type { DialogTexts } from './dialog/texts.ts';

export { CountersignDialog } from './dialog/element.ts';
export type { DialogTexts } from './dialog/texts.ts';

declare global {
  interface HTMLElementTagNameMap {
    'countersign-dialog': CountersignDialog;
  }
}

const NAME = 'countersign-dialog';
if (globalThis.customElements && !customElements.get(NAME)) customElements.define(NAME, CountersignDialog);

/** What the dialog says, and where it stands. */
export type DialogOptions = {
  /** What the dialog says in the place of its English texts. */
  readonly texts?: Partial<DialogTexts>;
  /** Where the dialog is put; the page's body where it is left out. */
  readonly parent?: ParentNode;
};

/** An `ask` that shows a dialog. One is open at a time; it is gone when it is answered, and the focus is where it was. */
export function askWithDialog({ texts = {}, parent }: DialogOptions = {}): Ask {
  let turn: Promise<unknown> = Promise.resolve();
  return (challenge) => {
    const answer = turn.then((): AskAnswer | Promise<AskAnswer> => {
      if (challenge.signal.aborted) return undefined;
      const dialog = document.createElement(NAME);
      dialog.texts = texts;
      (parent ?? document.body).append(dialog);
      return dialog.ask(challenge);
    });
    turn = answer.catch(() => undefined);
    return answer;
  };
}
