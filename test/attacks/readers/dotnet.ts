import { pairsIn } from './pairs.ts';
import { pairsOfParts } from './parts.ts';
import { anyCase, headerOf, type Reader, statusesIn, utf8Of } from './reader.ts';

/** .NET: names in any case, `%uXXXX` undone, query before form, JSON by its type or under any. */
export const dotnet: Reader = (request) => {
  const type = headerOf(request, 'content-type');
  const isForm = /form-urlencoded/i.test(type);
  const pairs = [
    ...pairsIn(request.query, /&/, utf8Of, true),
    ...(isForm ? pairsIn(request.body.toString('latin1'), /&/, utf8Of, true) : []),
    ...pairsOfParts(request.body, type),
  ];
  const bound = pairs.filter(([name]) => name.split(/[.[\]]+/).some(anyCase)).map(([, value]) => value);
  return [...bound, ...documents(request.body).flatMap((document) => statusesIn(document, anyCase))];
};

function documents(body: Buffer): readonly unknown[] {
  try {
    return [JSON.parse(utf8Of(body).replace(/^\uFEFF/, ''))];
  } catch {
    return [];
  }
}
