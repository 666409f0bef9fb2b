import { boundariesIn, partsIn } from './parts.ts';
import { exactly, headerOf, type Reader, statusesIn, utf8Of } from './reader.ts';

/** Node: `JSON.parse`, `URLSearchParams`, and multipart as busboy reads it, JSON in a part included. */
export const node: Reader = (request) => {
  const type = headerOf(request, 'content-type');
  const text = utf8Of(request.body);
  const isForm = /form-urlencoded/i.test(type);
  const pairs = [request.query, ...(isForm ? [text] : [])].flatMap((form) => [...new URLSearchParams(form)]);
  const fields = pairs.filter(([name]) => name.split(/[[\]]+/).some(exactly)).map(([, value]) => value);
  return [...fields, ...statusesIn(parsed(text), exactly), ...partValues(request.body, type)];
};

/** Fields by name, and Spring's `@RequestPart`: a part that says it is JSON is a document. */
function partValues(body: Buffer, type: string): readonly unknown[] {
  const parts = boundariesIn(type).flatMap((boundary) => partsIn(body, boundary));
  return parts.flatMap(({ name, type, content }) => {
    if (name.split(/[[\]]+/).some(exactly)) return [content.toString()];
    return /json/i.test(type) ? statusesIn({ [name]: parsed(content.toString()) }, exactly) : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
