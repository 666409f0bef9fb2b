import { readLeniently } from './lenient-json.ts';
import { anyCase, type Reader, sloppyUtf8Of, statusesIn, utf8Of } from './reader.ts';

/** Gson's lenient reader: it looks at no content type, and forgives comments, bare names, single quotes, `=` and `;`. */
export const gson: Reader = ({ body }) =>
  [utf8Of(body), sloppyUtf8Of(body)].flatMap((text) =>
    /^[\s\0\uFEFF]*[{[]/.test(text) ? statusesIn(readLeniently(text, { gson: true }), anyCase) : [],
  );
