import fc from 'fast-check';
import { type Draft, draftOf } from './draft.ts';

/** A change that somebody has to agree to: of a state, a number, a truth, an address, and of the reference that leads to one. */
const change = fc.constantFrom<readonly [field: string, value: unknown]>(
  ['delivery_status', 'Delivered'],
  ['amount', 9999],
  ['amount', '9999'],
  ['blocked', false],
  ['customer_email', 'rep@example.net'],
  ['contact_id', '8'],
);

const words = (name: string) => name.split('_');
const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => words(name).join('-'),
  (name) =>
    words(name)
      .map((word, at) => (at === 0 ? word : capital(word)))
      .join(''),
  (name) => words(name).map(capital).join(''),
];
const guarded = fc
  .tuple(change, fc.constantFrom(...SPELLINGS))
  .map(([[field, value], spell]) => [spell(field), value] as const);

/** Operators of stores, as back ends take them that pass a body on. */
const OPERATORS: readonly ((name: string, value: unknown) => object)[] = [
  (name, value) => ({ $set: { [name]: value } }),
  (name) => ({ $unset: { [name]: '' } }),
  (name) => ({ $inc: { [name]: 9000 } }),
  (name, value) => ({ $min: { [name]: value } }),
  (name) => ({ $rename: { old: name } }),
  (name, value) => ({ $push: { [name]: value } }),
  (name, value) => ({ update: { $set: { [name]: value } } }),
  (name, value) => ({ set: { [name]: value } }),
  (name) => ({ unset: [name] }),
  (name, value) => ({ [name]: { __op: 'Increment', amount: value } }),
  (name, value) => ({ [name]: { set: value } }),
  (name) => ({ [name]: null }),
];

/** Names beside their values. */
const PAIRS: readonly ((name: string, value: unknown) => object)[] = [
  (name, value) => ({ properties: [{ name, value }] }),
  (name, value) => ({ properties: [{ property: name, value }] }),
  (name, value) => ({ changes: [{ field: name, old: 'x', new: value }] }),
  (name, value) => ({ name_value_list: { [name]: { name, value } } }),
  (name, value) => ({ fields: [name], data: [value] }),
  (name, value) => ({ field: name, value }),
  (name, value) => ({ operations: [{ op: 'replace', path: `/${name}`, value }] }),
  (name) => ({ patch: [{ op: 'move', from: '/note', path: `/data/attributes/${name}` }] }),
  (name) => ({ patch: [{ op: 'remove', path: `$.${name}` }] }),
];

const WRAPPERS = [
  'delivery_note',
  'DeliveryNote',
  'data',
  'attributes',
  'input',
  'fields',
  'record',
  'values',
];
const wrapped = fc
  .tuple(
    guarded,
    fc.array(fc.constantFrom(...WRAPPERS), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('object', 'list'),
  )
  .map(([[name, value], wrappers, kind]) =>
    wrappers.reduce<unknown>((inner, wrapper) => ({ [wrapper]: kind === 'list' ? [inner] : inner }), {
      id: '45',
      [name]: value,
    }),
  );

/** Names with marks, which binders take for more than a name. */
const MARKED: readonly ((name: string) => string)[] = [
  (name) => `_${name}`,
  (name) => `!${name}`,
  (name) => `fields.${name}`,
  (name) => `data[${name}]`,
  (name) => `${name}[]`,
  (name) => `${name}:string`,
  (name) => `/${name}`,
];
const marked = fc
  .tuple(guarded, fc.constantFrom(...MARKED))
  .map(([[name, value], mark]) => ({ [mark(name)]: value }));

/** The ways to set, cut and reach through a relation. */
const relation = fc.constantFrom<object>(
  { contact: '8' },
  { contactId: '8' },
  { ContactID: '8' },
  { contact: { id: '8' } },
  { contact: { id: '9', mobile: '+12015550199' } },
  { contact: { connect: { id: '8' } } },
  { contact: { set: { id: '8' } } },
  { contact: { disconnect: true } },
  { contact: { update: { mobile: '+12015550199' } } },
  { contact: { create: { mobile: '+12015550199' } } },
  { contact: null },
  { contacts: ['8'] },
  { contact_attributes: { id: '9', mobile: '+12015550199' } },
  { contactAttributes: { id: '8' } },
  { nested_contact: { id: '8' } },
  { 'contact@odata.bind': '/contacts(8)' },
  { relationships: { contact: { data: { type: 'contacts', id: '8' } } } },
  { _links: { contact: { href: '/api/Contacts/8' } } },
  { delivery_note: { contact_attributes: { id: '8' } } },
);

/** Documents in texts, as servers take them apart that get a whole record in one parameter. */
const AS_TEXT: readonly ((document: object) => string)[] = [
  (document) => JSON.stringify(document),
  (document) => ` ${JSON.stringify([document])}`,
  (document) => JSON.stringify(JSON.stringify(document)),
  (document) => new URLSearchParams(Object.entries(document)).toString(),
  (document) => JSON.stringify({ data: JSON.stringify(document) }),
];
const documents = fc
  .tuple(
    guarded,
    fc.constantFrom(...AS_TEXT),
    fc.constantFrom('data', 'element', 'record', 'payload', 'model'),
  )
  .map(([[name, value], write, member]) => ({ [member]: write({ [name]: value }) }));

const object = fc.oneof(
  documents,
  guarded.map(([name, value]) => ({ [name]: value })),
  fc.tuple(guarded, fc.constantFrom(...OPERATORS)).map(([[name, value], write]) => write(name, value)),
  fc.tuple(guarded, fc.constantFrom(...PAIRS)).map(([[name, value], write]) => write(name, value)),
  wrapped,
  marked,
  relation,
);
const beside = fc.constantFrom<object>(
  {},
  { note: 'x' },
  { id: '45', note: 'x' },
  { lines: [{ sku: 'a', amount: 3 }], note: 'x' },
);
const document = fc.tuple(beside, object).map(([others, guilty]) => ({ ...others, ...(guilty as object) }));

/** The names of a form as PHP, Rails and qs write them. */
function entriesOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null)
    return [`${encodeURIComponent(path)}=${encodeURIComponent(String(value ?? ''))}`];
  return Object.entries(value).flatMap(([name, member]) =>
    entriesOf(member, path === '' ? name : `${path}[${name}]`),
  );
}

/** Saves that change what is guarded, under names below, beside and in others. */
export const nestedSaves: fc.Arbitrary<Draft> = fc
  .tuple(document, fc.constantFrom('json', 'json', 'form'), fc.constantFrom('PATCH', 'PUT', 'POST'))
  .map(([body, kind, method]) =>
    kind === 'json'
      ? draftOf('application/json', JSON.stringify(body), method)
      : draftOf('application/x-www-form-urlencoded', entriesOf(body).join('&'), method),
  );
