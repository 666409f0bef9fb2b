import { createHash } from 'node:crypto';
import type { PageChange } from '../../core/rule/page-content.ts';
import { escapeMarkup } from '../../core/wire/markup.ts';
import type { Page } from '../../gate/people/confirm.ts';
import type { Spoken } from './page-languages.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--text:#1a1a1a;--soft:#5c5c5c;--line:#d0d0d0;--yes:#0b6b3a;--no:#a4161a;--old:#8a1c1c}
@media(prefers-color-scheme:dark){:root{--ground:#151515;--text:#ececec;--soft:#b0b0b0;--line:#4a4a4a;--yes:#187a47;--no:#c93a3f;--old:#f0a3a3}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.0625rem;margin:1.5rem 0 .5rem}
p,dl,dd,dt{margin:0 0 .75rem;overflow-wrap:anywhere}
dt,.hint{color:var(--soft);margin-bottom:0}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th,td{text-align:start;vertical-align:top;padding:.5rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
th{width:34%;font-weight:600;padding-inline-end:.75rem}
del,ins{display:block}
del{color:var(--old)}
ins{text-decoration:none;font-weight:600}
del .none{display:inline-block}
.none{font-style:italic;font-weight:400}
form{display:grid;gap:.75rem;margin-top:1.5rem}
button{font:inherit;font-weight:600;min-height:3rem;padding:.75rem 1rem;border:2px solid;border-radius:.5rem;cursor:pointer}
.yes{background:var(--yes);border-color:var(--yes);color:#fff}
.no{background:transparent;border-color:var(--no);color:var(--text)}
button:focus-visible{outline:3px solid var(--text);outline-offset:2px}
`;

/** What the pages may load, which is nothing, and be, which is no part of another one. Their one style is known by its hash. */
export const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The page with the question: who asks, about what, what changes, until when, and the two answers. */
export function questionPage(page: Extract<Page, { kind: 'question' }>, spoken: Spoken): string {
  const { content, expiresAt, now, token } = page;
  const { texts, language } = spoken;
  const { changes } = content;
  const until = new Date(expiresAt);
  const sentences = [
    ...(content.operation === 'update' ? [] : [texts[content.operation]]),
    ...(content.verb === undefined ? [] : [texts.action.replace('{verb}', () => content.verb ?? '')]),
    ...(content.isAny ? [texts.any] : []),
    ...(changes ? [] : [texts.tooLong]),
  ];
  const said = [
    `<dl><dt>${escapeMarkup(texts.about)}</dt><dd>${value(content.name)}</dd>`,
    `<dt>${escapeMarkup(texts.asks)}</dt><dd>${content.user === '' ? escapeMarkup(texts.nobody) : value(content.user)}</dd>`,
    `<dt>${escapeMarkup(texts.until)}</dt><dd><time datetime="${until.toISOString()}">${escapeMarkup(timeText(until, now, language))}</time></dd></dl>`,
    ...sentences.map((sentence) => `<p>${escapeMarkup(sentence)}</p>`),
    ...(changes && changes.length > 0
      ? [`<h2>${escapeMarkup(texts.changes)}</h2>`, tableOf(changes, spoken)]
      : []),
    '<form method="post">',
    `<input type="hidden" name="page" value="${escapeMarkup(token)}">`,
    ...(changes ? [`<button class="yes" name="answer" value="yes">${escapeMarkup(texts.yes)}</button>`] : []),
    `<button class="no" name="answer" value="no">${escapeMarkup(texts.no)}</button>`,
    `<p class="hint">${escapeMarkup(texts.hint)}</p></form>`,
  ];
  return document(texts.title, said.join('\n'), spoken);
}

/** A page that says one thing, and has nothing to answer. */
export function sentencePage(sentence: string, spoken: Spoken): string {
  return document(sentence, '', spoken);
}

function document(heading: string, rest: string, { language }: Spoken): string {
  return `<!DOCTYPE html>
<html lang="${escapeMarkup(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="robots" content="noindex, nofollow">
<title>${escapeMarkup(heading)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeMarkup(heading)}</h1>
${rest}
</main>
</body>
</html>
`;
}

function tableOf(changes: readonly PageChange[], { texts }: Spoken): string {
  const shown = (text: string | undefined) =>
    text === undefined ? `<span class="none">${escapeMarkup(texts.empty)}</span>` : value(text);
  // What is agreed to and stays as it is, is no change.
  const cellOf = ({ before, after }: PageChange) =>
    before === after ? shown(after) : `<del>${shown(before)}</del> <ins>${shown(after)}</ins>`;
  const rows = changes.map(
    (change) => `<tr><th scope="row">${value(change.field)}</th><td>${cellOf(change)}</td></tr>`,
  );
  return `<table>\n${rows.join('\n')}\n</table>`;
}

/** What others wrote, which may turn the direction of what stands beside it. */
function value(text: string): string {
  return `<bdi>${escapeMarkup(text)}</bdi>`;
}

/** The time by the one clock that everybody has, and how long that is: what time it is at the customer's is not known. */
function timeText(until: Date, now: number, language: string): string {
  const time = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(until);
  const minutes = Math.max(1, Math.round((until.getTime() - now) / 60_000));
  const left = new Intl.NumberFormat(language, { style: 'unit', unit: 'minute', unitDisplay: 'short' });
  return `${time} UTC (${left.format(minutes)})`;
}
