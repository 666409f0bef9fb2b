import { pairsIn } from './pairs.ts';
import { pairsOfParts } from './parts.ts';
import { headerOf, type Reader, trimmed, utf8Of } from './reader.ts';

/** Servlets: `getParameter` merges query and form, and the first of equal names counts; parts and files by name as well. */
export const servlet: Reader = (request) => {
  const type = headerOf(request, 'content-type');
  const isForm = /^\s*application\/x-www-form-urlencoded/i.test(type);
  const query = pairsIn(request.query, /&/, utf8Of);
  const form = isForm ? pairsIn(request.body.toString('latin1'), /&/, utf8Of) : [];
  const first = [...query, ...form].find(([name]) => trimmed(name));
  const parts = pairsOfParts(request.body, type).filter(([name]) => trimmed(name));
  return [...(first ? [first] : []), ...parts].map(([, value]) => value);
};
