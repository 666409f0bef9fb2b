import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { anyCharacter } from '../../harness/any-character.ts';
import { type Draft, draftOf } from './draft.ts';

/** A save that no rule concerns, and the fields that a strict reader finds in it. */
export type Honest = {
  readonly draft: Draft;
  readonly fields: readonly (readonly [name: string, value: string])[];
};

const NAMES = [
  'notes',
  'subject',
  'comment',
  'constructor',
  'length',
  'status_note',
  'order.total',
  'straße',
] as const;
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: anyCharacter, maxLength: 30 }).map((any) => any.replaceAll('\0', '')),
  fc.constantFrom(
    'Delivered',
    'Jürgen; a=b&c',
    '50% off',
    'line\r\nline',
    '"quoted" \\ back',
    'a+b',
    '',
    ' blank ',
  ),
);
const state = fc.constantFrom(
  'In Transit',
  'Created',
  'Out for delivery',
  'on the way',
  'Delivery failed',
  '',
);
const fields = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), text), { selector: ([name]) => name, maxLength: 5 }),
    fc.option(state),
  )
  .map(([others, status]): Honest['fields'] => (status === null ? others : [['status', status], ...others]));

/** Numbers that no float holds are sent as they are written. */
const lexeme = fc.constantFrom(
  '1',
  '1.10',
  '12345678901234567890',
  '1E+2',
  '-0.0',
  '1e400',
  '0.1000000000000000055',
);

const asJson = fc
  .tuple(fields, lexeme, fc.constantFrom('', '\ufeff'), fc.constantFrom('', ' ', '\n'))
  .map(([all, number, mark, gap]): Honest => {
    const members = all.map(
      ([name, value]) => `${gap}${JSON.stringify(name)}${gap}:${gap}${JSON.stringify(value)}`,
    );
    const body = `${mark}{${[...members, `"weight":${number}`].join(`${gap},`)}${gap}}`;
    return { draft: draftOf('application/json', body, 'PATCH'), fields: [...all, ['weight', number]] };
  });

const asForm = fields.map((all): Honest => {
  const body = all
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return { draft: draftOf('application/x-www-form-urlencoded', body), fields: all };
});

const asParts = fields
  .filter((all) => all.length > 0)
  .map((all): Honest => {
    const parts = all.map(
      ([name, value]) => `--Honest\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return {
      draft: draftOf('multipart/form-data; boundary=Honest', `${parts.join('')}--Honest--\r\n`),
      fields: all,
    };
  });

/** What honest clients do to their saves. */
const habits: readonly ((draft: Draft) => Draft)[] = [
  (draft) => draft,
  (draft) => ({ ...draft, framing: 'chunked' }),
  (draft) => ({ ...draft, body: gzipSync(draft.body), headers: ['Content-Encoding: gzip'] }),
  (draft) => ({ ...draft, body: deflateSync(draft.body), headers: ['content-encoding: deflate'] }),
  (draft) => ({ ...draft, path: `${draft.path}/` }),
  (draft) => ({ ...draft, query: '?lang=de&q=a%20b' }),
  (draft) => ({ ...draft, headers: ['Authorization: Bearer x', 'Expect: 100-continue', 'Cookie: a=b'] }),
  (draft) => ({ ...draft, headers: ['OTPRULES-OTP-7: 123456'] }),
  (draft) => ({
    ...draft,
    contentType: draft.contentType?.replace(/^application\/json$/, 'Application/JSON; charset="UTF-8"'),
  }),
];

/** Saves of honest clients in every form in which they come. */
export const honestSaves: fc.Arbitrary<Honest> = fc
  .tuple(fc.oneof(asJson, asForm, asParts), fc.nat(habits.length - 1))
  .map(([honest, at]) => ({ ...honest, draft: (habits[at] ?? habits[0])?.(honest.draft) ?? honest.draft }));
