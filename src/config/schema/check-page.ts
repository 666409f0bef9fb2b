import { hasPlace, readTemplate } from '../../core/rule/template.ts';
import type { Context } from './check-texts.ts';
import type { Texts } from './texts.ts';

type PageRule = {
  readonly on: readonly string[];
  readonly confirm: 'code' | 'page';
  readonly grant?: unknown;
  readonly send: { readonly message: Texts; readonly changeMessage: Texts; readonly subject: Texts };
};

/** Reports a page that could confirm nothing, and links that lead to none. */
export function checkPage({ on, confirm, grant, send }: PageRule, context: Context): void {
  const report = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (confirm === 'page' && (on.includes('read') || grant !== undefined))
    report(['confirm'], 'page is for saves: a read changes nothing that the customer could see there');
  for (const key of ['message', 'changeMessage', 'subject'] as const) {
    const isLinked = textsOf(send[key]).some((text) => showsLink(text));
    if (key === 'subject' && isLinked) report(['send', key], '{{link}} belongs into the message');
    else if (confirm === 'code' && isLinked)
      report(['send', key], '{{link}} leads to the page of a rule with "confirm: page"');
  }
}

/** Whether the text has a link to the page. */
export function showsLink(text: string): boolean {
  const reading = readTemplate(text);
  return reading.ok && hasPlace(reading.template, 'link');
}

/** The text in each of its languages. */
export function textsOf(given: Texts): readonly string[] {
  return typeof given === 'string' ? [given] : Object.values(given);
}
