import { DatabaseSync } from 'node:sqlite';

export const STATUSES = ['Created', 'In Transit', 'Out for delivery', 'Delivered'];
const FIELDS = ['subject', 'status', 'phone', 'email', 'driver', 'weight'] as const;

type Field = (typeof FIELDS)[number];
export type Note = { readonly id: number; readonly owner: string; readonly version: number } & Readonly<
  Record<Field, string>
>;
/** Field values of a request, or what is wrong with them. */
export type Reading =
  | { readonly ok: true; readonly values: Partial<Record<Field, string>> }
  | { readonly ok: false; readonly message: string };

/** `JSON` with the text of numbers, which Node 24 has and its types do not. https://github.com/tc39/proposal-json-parse-with-source */
const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

/** The CRM's table. Everything is text, so that a weight of `1.10` stays `1.10`. */
export function openNotes(path: string) {
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE notes (id INTEGER PRIMARY KEY, owner TEXT, version INTEGER DEFAULT 1, subject TEXT, status TEXT,
    phone TEXT, email TEXT, driver TEXT, weight TEXT) STRICT`);
  const rowOf = (row: unknown) => row as Note | undefined;
  return {
    list: (owner: string) =>
      database.prepare('SELECT * FROM notes WHERE owner = ?').all(owner) as unknown as readonly Note[],
    all: () => database.prepare('SELECT * FROM notes').all() as unknown as readonly Note[],
    find: (id: number) => rowOf(database.prepare('SELECT * FROM notes WHERE id = ?').get(id)),
    create(owner: string, values: Partial<Record<Field, string>>) {
      const sql = `INSERT INTO notes (owner, ${FIELDS.join(', ')}) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *`;
      const complete = {
        subject: '',
        status: 'Created',
        phone: '',
        email: '',
        driver: '',
        weight: '0',
        ...values,
      };
      return rowOf(database.prepare(sql).get(owner, ...FIELDS.map((field) => complete[field]))) as Note;
    },
    save(note: Note) {
      const places = FIELDS.map((field) => `${field} = ?`).join(', ');
      const sql = `UPDATE notes SET version = version + 1, ${places} WHERE id = ? RETURNING *`;
      return rowOf(database.prepare(sql).get(...FIELDS.map((field) => note[field]), note.id)) as Note;
    },
    remove: (id: number) => void database.prepare('DELETE FROM notes WHERE id = ?').run(id),
    close: () => database.close(),
  };
}

/** Reads the fields of a request's body. A CRM that is strict about names shows that no code ever gets to it. */
export function readFields(body: string, all: boolean): Reading {
  const sourced = (_key: string, value: unknown, { source }: { source?: string }) =>
    typeof value === 'number' ? { source } : value;
  let given: unknown;
  try {
    given = json.parse(body, sourced);
  } catch {
    return { ok: false, message: 'The body is not JSON.' };
  }
  if (typeof given !== 'object' || given === null)
    return { ok: false, message: 'The body is not an object.' };
  const values: Partial<Record<Field, string>> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = FIELDS.find((known) => known === name);
    const text = field === 'weight' ? (value as { source?: string } | null)?.source : value;
    if (!field) return { ok: false, message: `A delivery note has no field "${name}".` };
    if (typeof text !== 'string') return { ok: false, message: `"${name}" is of the wrong type.` };
    values[field] = text;
  }
  const missing = FIELDS.filter((field) => all && !(field in values));
  if (missing.length > 0)
    return { ok: false, message: `PUT wants all fields; missing: ${missing.join(', ')}.` };
  if (values.status !== undefined && !STATUSES.includes(values.status))
    return { ok: false, message: 'Unknown status.' };
  return { ok: true, values };
}

/** The note as the API shows it. */
export function writeNote({ owner: _owner, version: _version, ...note }: Note): unknown {
  return { ...note, weight: json.rawJSON(note.weight) };
}
