import { type PageContent, pageContentOf } from '../../core/rule/page-content.ts';
import type { Keyring } from '../../ports.ts';
import type { Subject } from '../ledger/subject.ts';

/** What the page of a code shows, sealed under the secret; null where the rule has no page. */
export function sealPage(subject: Subject, key: string, codeId: string, keyring: Keyring): string | null {
  const { rule, save, before, caller } = subject;
  if (rule.confirm !== 'page' || save.operation === 'read') return null;
  const content = pageContentOf(rule, save, before, caller);
  return keyring.seal(JSON.stringify(content), sealContext(key, codeId));
}

/** The content of a page that was kept in the row with this key; undefined where it was not sealed for that. */
export function openPage(
  sealed: string,
  key: string,
  codeId: string,
  keyring: Keyring,
): PageContent | undefined {
  const text = keyring.open(sealed, sealContext(key, codeId));
  return text === undefined ? undefined : (JSON.parse(text) as PageContent);
}

function sealContext(key: string, codeId: string): string {
  return `page\n${key}\n${codeId}`;
}
