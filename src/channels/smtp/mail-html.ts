import type { Message } from '../../core/rule/message.ts';
import { escapeMarkup } from '../../core/wire/markup.ts';

const TEXT =
  'font:16px/1.5 sans-serif;color:#1a1a1a;background:#ffffff;max-width:36em;margin:0 auto;padding:1.5em';
const CODE = 'font-size:1.25em;letter-spacing:0.1em';

/** The same message as a page: text, the code emphasised, and the link to the page where it has one. No images, nothing that is fetched. */
export function htmlOf({
  subject,
  text,
  code,
  link = '',
  language,
}: Pick<Message, 'subject' | 'text' | 'code' | 'link' | 'language'>): string {
  const paragraphs = escapeMarkup(text)
    .split(link === '' ? /(?!)/ : escapeMarkup(link))
    .map((part) => emphasised(part, code))
    .join(`<a href="${escapeMarkup(link)}">${escapeMarkup(link)}</a>`)
    .split(/\n{2,}/)
    .map((lines) => `<p>${lines.replaceAll('\n', '<br>\n')}</p>`);
  return `<!DOCTYPE html>
<html${language === undefined ? '' : ` lang="${escapeMarkup(language)}"`}>
<head><meta charset="utf-8"><title>${escapeMarkup(subject)}</title></head>
<body style="${TEXT}">
${paragraphs.join('\n')}
</body>
</html>
`;
}

function emphasised(text: string, code: string): string {
  if (code === '') return text;
  return text.replaceAll(escapeMarkup(code), (found) => `<strong style="${CODE}">${found}</strong>`);
}
