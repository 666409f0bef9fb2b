import type { RuleRow } from '../../contract.ts';
import { type AskAnswer, type Challenge, nameOf } from '../ask.ts';
import { askAbout } from './question.ts';
import { STYLE } from './style.ts';
import { type DialogTexts, ENGLISH } from './texts.ts';
import { buildView } from './view.ts';

/** Where there is no page the module can be imported nevertheless. */
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

/** `<countersign-dialog>`: asks for the codes of a challenge, one after the other, in one field. */
export class CountersignDialog extends Base {
  /** What it says in the place of its English texts. */
  texts: Partial<DialogTexts> = {};

  /** Asks, and is gone when it is answered. Gives `undefined` where the person gives up or the request is aborted. */
  async ask(challenge: Challenge): Promise<AskAnswer> {
    const before = focused();
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const rules = challenge.rules.map((row) => ownOf(row, challenge));
    const canWait = rules.every(({ confirm }) => confirm === 'page');
    const codes: Record<string, string> = {};
    try {
      for (const row of rules) {
        const view = buildView(canWait);
        root.replaceChildren(view.dialog);
        const outcome = await askAbout(row, challenge, view, { ...ENGLISH, ...this.texts });
        if (outcome === undefined || outcome === 'wait') return outcome;
        if (rules.length === 1) return outcome.code;
        codes[nameOf(row)] = outcome.code;
      }
      return codes;
    } finally {
      this.remove();
      before?.focus();
    }
  }
}

/** A row without what it says of a code for other values, where the question says that none for these is out. */
function ownOf(row: RuleRow, challenge: Challenge): RuleRow {
  const isOut = !('sentTo' in challenge) || (challenge.sentTo ?? challenge.expiresAt) !== undefined;
  const { sent_to: _sentTo, expires_at: _expiresAt, ...rest } = row;
  return isOut ? row : rest;
}

/** Where the focus is, also inside of other elements' shadows. */
function focused(): HTMLElement | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement ? element : undefined;
}
