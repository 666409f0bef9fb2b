import { readLeniently } from './lenient-json.ts';
import { type Pair, pairsIn } from './pairs.ts';
import { pairsOfParts } from './parts.ts';
import { exactly, headerOf, type Reader, sloppyUtf8Of, statusesIn, trimmed, utf8Of } from './reader.ts';

/** PHP: `$_POST` and `$_REQUEST` with their folded names, and `json_decode` of `php://input` whatever the content type is. */
export const php: Reader = (request) => {
  const type = headerOf(request, 'content-type');
  const essence = /^[^;, ]*/.exec(type.toLowerCase())?.[0] ?? '';
  const decode = (bytes: Buffer) => bytes.toString();
  const body = request.body.toString('latin1');
  // A framework reads the same form for PUT and PATCH from php://input.
  const form = essence === 'application/x-www-form-urlencoded' ? pairsIn(body, /&/, decode) : [];
  const sloppy = essence === 'application/x-www-form-urlencoded' ? pairsIn(body, /&/, sloppyUtf8Of) : [];
  const parts = essence === 'multipart/form-data' ? pairsOfParts(request.body, type) : [];
  const fields = [form, sloppy, parts, pairsIn(request.query, /&/, decode)].flatMap(fieldsOf);
  const document = readLeniently(utf8Of(request.body), { maxDepth: 512 });
  return [...fields, ...statusesIn(document, exactly), ...statusesIn(document, trimmed)];
};

/** The values that `status` has, of equal names the last; with `[…]` it is a list or an object, and deeper a wrapped save. */
function fieldsOf(pairs: readonly Pair[]): readonly unknown[] {
  const last = new Map<string, unknown>();
  const deeper: unknown[] = [];
  for (const [name, value] of pairs) {
    const bare = name.replace(/^ +/, '').replace(/\0.*$/s, '');
    const [first = '', ...steps] = bare.split('[');
    const folded = first.replace(/[ .]/g, '_');
    if (folded === 'status') last.set(folded, value);
    else if (steps.some((step) => step.split(']')[0] === 'status') && !/^[\d.]+$/.test(value))
      deeper.push(value);
  }
  return [...last.values(), ...deeper];
}
