import { type Forwarded, headerOf, utf8Of } from './reader.ts';

/** What is stored, and what somebody has to agree to before it changes. */
export const STORED_NOTE: Readonly<Record<string, unknown>> = {
  id: '45',
  note: 'left',
  old: 'rep@example.net',
  delivery_status: 'Created',
  amount: 5,
  blocked: true,
  customer_email: 'ann@example.com',
  contact_id: '9',
  lines: [],
};
const GUARDED = ['delivery_status', 'amount', 'blocked', 'customer_email', 'contact_id'];
/** Columns of the record: no server takes what stands in them for anything else. */
const COLUMNS = new Set(['lines', 'tags']);

/**
 * The guarded fields that some server changes by a request: one that unwraps, knows operators, pairs of names and values, patches,
 * markers and relations, and to which snake, camel and kebab are one. More lenient than any single one of them.
 */
export function changedBy(request: Forwarded): readonly string[] {
  const text = utf8Of(request.body);
  const isForm = /form-urlencoded/i.test(headerOf(request, 'content-type'));
  const members = isForm ? [...new URLSearchParams(text)] : Object.entries(objectIn(text));
  const found = new Set<string>();
  for (const [name, value] of members) {
    const [first = ''] = name.split(/[[.]/);
    if (COLUMNS.has(first)) continue;
    const field = fieldOf(name);
    if (field !== undefined && String(STORED_NOTE[field]) !== String(value ?? '')) found.add(field);
    if (field === undefined) for (const other of fieldsIn(name)) found.add(other);
    if (isRelation(name) && String(value) !== STORED_NOTE['contact_id']) found.add('contact_id');
    search(value, found);
    // A column of the record is no parameter that holds a whole one.
    if (!(name in STORED_NOTE)) for (const document of documentsIn(value)) search(document, found);
    if (typeof value === 'string' && (isForm ? /\[/.test(name) : 'value' in Object.fromEntries(members)))
      for (const other of fieldsIn(value)) found.add(other);
  }
  return [...found];
}

function objectIn(text: string): object {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : {};
}

/** What a server finds in a text that takes it apart: JSON, again and again, and a form. */
function documentsIn(value: unknown): readonly unknown[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(documentsIn);
  if (typeof value !== 'string') return [];
  try {
    const document: unknown = JSON.parse(value);
    return [document, ...documentsIn(document)];
  } catch {
    return /^\S+=\S*$/.test(value) ? [Object.fromEntries(new URLSearchParams(value))] : [];
  }
}

const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '');
const fieldOf = (name: string) =>
  GUARDED.find((field) => plain(field) === plain(name) && !/^[-_]/.test(name));
const fieldsIn = (name: string) => {
  const parts = name.split(/[^A-Za-z0-9_-]+/).map(plain);
  return GUARDED.filter((field) => parts.includes(plain(field)));
};
const isRelation = (name: string) =>
  /^(?:nested_)?contacts?(?:_?attributes|_?id|@odata\.bind|\[|$)|\[contact(?:_attributes)?\]/i.test(name);

/** What stands deeper: any name, and any text that is one. */
function search(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') for (const field of fieldsIn(value)) found.add(field);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    for (const field of fieldsIn(name)) found.add(field);
    if (isRelation(name)) found.add('contact_id');
    search(member, found);
  }
}
