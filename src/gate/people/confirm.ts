import { approve, decline, type Question, questionOf } from '../../core/ledger/consent.ts';
import type { PageContent } from '../../core/rule/page-content.ts';
import type { Asker } from '../../core/saving/save.ts';
import { openPage } from '../handles/kept-page.ts';
import { type Linked, linkedBy } from '../handles/link.ts';
import { codeRows, type Seen } from '../ledger/rows.ts';
import type { Tools } from '../ledger/tools.ts';
import { recordEvent } from '../refusals/record-event.ts';

/** What the customer who opens a link is shown. */
export type Page =
  /** `token`: the page's own, which an answer has to bring along. */
  | {
      readonly kind: 'question';
      readonly content: PageContent;
      readonly language: string;
      readonly expiresAt: number;
      readonly now: number;
      readonly token: string;
    }
  /** Why there is nothing to answer. `unknown`: this gateway did not make the link; `stale`: the answer is not from the page itself. */
  | {
      readonly kind: 'closed';
      readonly why: Exclude<Question, 'open'> | 'unknown' | 'stale' | 'too-long';
      readonly language: string;
    }
  | { readonly kind: 'told'; readonly answer: PageAnswer; readonly language: string };

/** Whether the customer agrees. */
export type PageAnswer = 'yes' | 'no';

/** The customer's own way to answer: whoever has the link may. */
export type Confirmations = {
  /** What the link shows. Looking changes nothing: programs look at links before people do. */
  look(link: string): Promise<Page>;
  /** Takes the answer, once. `token` is what the page brought along. */
  answer(
    link: string,
    token: string,
    answer: PageAnswer,
    asker: Pick<Asker, 'caller' | 'request'>,
  ): Promise<Page>;
};

/** What customers see and answer on pages, over these tools. */
export function createConfirmations(tools: Tools): Confirmations {
  const { keyring } = tools;

  async function find(link: string): Promise<Page & { readonly linked?: Linked }> {
    const linked = linkedBy(link, keyring);
    if (!linked) return { kind: 'closed', why: 'unknown', language: '' };
    const { language } = linked;
    const seen = await codeRows.locate(tools, [linked.key]);
    const question = questionOf(seen.row, seen.now, linked.codeId);
    if (question !== 'open') return { kind: 'closed', why: question, language };
    const content = contentOf(seen, linked);
    const expiresAt = seen.row.code?.expiresAt ?? seen.now;
    if (!content) return { kind: 'closed', why: 'superseded', language };
    const token = tokenFor(link, expiresAt);
    return { kind: 'question', content, language, expiresAt, now: seen.now, token, linked };
  }

  function contentOf({ row }: Seen, { key, codeId }: Linked): PageContent | undefined {
    const sealed = row.code?.page;
    return sealed ? openPage(sealed, key, codeId, keyring) : undefined;
  }

  /** Keyed over the link and its end, so that nobody has one who was not shown the page. */
  function tokenFor(link: string, expiresAt: number): string {
    return keyring.digests('page', `${link}\n${expiresAt}`)[0];
  }

  function isTokenFor(token: string, link: string, expiresAt: number): boolean {
    return keyring.digests('page', `${link}\n${expiresAt}`).includes(token);
  }

  return {
    async look(link) {
      const { linked: _, ...page } = await find(link);
      return page;
    },
    async answer(link, token, answer, asker) {
      const { linked, ...page } = await find(link);
      if (page.kind !== 'question' || !linked) return page;
      const { content, language, expiresAt } = page;
      if (!isTokenFor(token, link, expiresAt)) return { kind: 'closed', why: 'stale', language };
      if (answer === 'yes' && !content.changes) return { kind: 'closed', why: 'too-long', language };
      const { key, codeId } = linked;
      const step = answer === 'yes' ? approve : decline;
      const { outcome } = await codeRows.take(tools, [key], (row, now) => step(row, now, { codeId }));
      if (!outcome.ok) return { kind: 'closed', why: outcome.question, language };
      const { rule, module: name, record } = content;
      const event = answer === 'yes' ? 'code-approved' : 'code-declined';
      tools.metrics.confirmed({ rule, answer: answer === 'yes' ? 'approved' : 'declined' });
      await recordEvent({ event, module: name, record, rule }, asker, tools);
      return { kind: 'told', answer, language };
    },
  };
}
