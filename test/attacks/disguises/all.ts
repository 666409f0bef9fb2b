import fc from 'fast-check';
import { type Draft, draftOf } from './draft.ts';
import { type Change, codingChanges, framingChanges, typeChanges } from './envelope.ts';
import { formSaves } from './form.ts';
import { codeChanges, headerChanges, methodChanges, pathChanges, queryChanges } from './head.ts';
import { jsonSaves } from './json.ts';
import { multipartSaves } from './multipart.ts';

/** A save that any server takes for a delivery, and one that none does, since the query or a header may say so instead. */
const plain = fc.constantFrom(
  draftOf('application/json', '{"status":"Delivered"}', 'PUT'),
  draftOf('application/json', '{"status":"Delivered","notes":"x"}'),
  draftOf('application/x-www-form-urlencoded', 'status=Delivered'),
  draftOf(
    'multipart/form-data; boundary=B',
    '--B\r\nContent-Disposition: form-data; name="status"\r\n\r\nDelivered\r\n--B--\r\n',
  ),
);
const harmless = fc.constantFrom(
  draftOf('application/json', '{"notes":"x"}', 'PUT'),
  draftOf('application/x-www-form-urlencoded', 'notes=x'),
);

const anyBody = fc.oneof(plain, jsonSaves, formSaves, multipartSaves);
const anyChange = fc.oneof(
  typeChanges,
  codingChanges,
  framingChanges,
  pathChanges,
  methodChanges,
  queryChanges,
  headerChanges,
  codeChanges,
);

function changed(
  drafts: fc.Arbitrary<Draft>,
  ...changes: readonly fc.Arbitrary<Change>[]
): fc.Arbitrary<Draft> {
  return fc
    .tuple(drafts, fc.tuple(...changes))
    .map(([draft, all]) => all.reduce((before, change) => change(before), draft));
}

/** Every kind of disguise of a guarded save without a valid code. */
export const DISGUISES: Readonly<Record<string, fc.Arbitrary<Draft>>> = {
  'JSON spellings': jsonSaves,
  forms: formSaves,
  'multipart forms': multipartSaves,
  'content types and charsets': changed(plain, typeChanges),
  'content encodings': changed(plain, codingChanges),
  framings: changed(plain, framingChanges),
  paths: changed(plain, pathChanges),
  'methods and overrides': changed(plain, methodChanges),
  'query strings': changed(fc.oneof(harmless, plain), queryChanges),
  headers: changed(plain, headerChanges),
  'codes that are none': changed(plain, codeChanges),
  'two disguises at once': changed(anyBody, anyChange, anyChange),
};
