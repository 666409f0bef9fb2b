import { unescapeBytes } from './pairs.ts';
import { type Forwarded, sloppyUtf8Of } from './reader.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether some server could take the request for a write: by its method, its body, or what overrides its method. */
export function mayWrite({ method, headers, query, body }: Forwarded): boolean {
  return (
    !READS.has(method) ||
    body.length > 0 ||
    headers.some(([name]) => /^x.(?:http.method(?:.override)?|method.override)$/i.test(name)) ||
    /(?:^|[&;])_*(?:http)?method=/i.test(unescapeBytes(query).toString('latin1'))
  );
}

/** Whether some server could take the request to a delivery note: path undone in every way, and headers that replace it. */
export function leadsToNotes({ path, headers }: Forwarded): boolean {
  const replaced = headers
    .filter(([name]) => /^x.(?:original|rewrite).ur[li]$/i.test(name))
    .map(([, value]) => value);
  return [path, ...replaced].some((text) => /^\/api\/deliverynotes(?:[/;?#]|$)/i.test(plainest(text)));
}

function plainest(path: string): string {
  let text = path.replace(/^https?:\/\/[^/]*/i, '');
  for (let round = 0; round < 3; round++)
    text = sloppyUtf8Of(unescapeBytes(text.replaceAll('+', '%2B'), true));
  const segments: string[] = [];
  for (const part of text.normalize('NFKC').replaceAll('\\', '/').split('/')) {
    const segment = part.replace(/[;\0].*$/s, '').replace(/[\s.]+$/, (end) => (part === '..' ? end : ''));
    if (part.replace(/;.*$/s, '') === '..') segments.pop();
    else if (segment !== '') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}
