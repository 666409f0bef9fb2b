import { type Body, treeOf, withoutCodes } from './body.ts';
import { isSameJson } from './same-json.ts';

/**
 * Why a body may not be sent in the client's own bytes, or undefined. They are sent only where they say the same to every
 * reader as what was judged does: no letter is hidden in an escape, nothing would have been encoded anew.
 */
export function verbatimFault(body: Body, bytes: Uint8Array): string | undefined {
  if (!isSameJson(treeOf(body), treeOf(withoutCodes(body))))
    return 'it holds a code, which belongs in a header here';
  const text = new TextDecoder('latin1').decode(bytes);
  switch (body.kind) {
    case 'json':
      if (text.startsWith('\u00ef\u00bb\u00bf')) return 'it starts with a byte order mark';
      return /\\u00[2-7][0-9a-f]/i.test(text) ? 'it writes plain letters as \\u escapes' : undefined;
    case 'form':
      return body.entries.map((entry) => entry.text).join('&') === text
        ? undefined
        : 'its form is not encoded plainly';
    case 'multipart':
      return 'it is a multipart form';
  }
}
