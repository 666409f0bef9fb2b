import { candidatesOf } from '../../core/likeness/likeness.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Save } from '../../core/saving/save.ts';
import { isEmpty, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import type { ActionModule } from '../action-module.ts';
import {
  cleanOf,
  codesIn,
  found,
  misspelt,
  moduleNamed,
  type PartialReading,
  unmappedAbout,
  unreadable,
  withEmptied,
} from '../parts.ts';
import { aboutType } from './about.ts';

/** What is around a save: the modules of the mount, and the names of fields that rules read, send to or show. */
export type Surroundings = { readonly mount: Mount<ActionModule>; readonly guarded: readonly string[] };

/** How a document is to be saved. */
export type DocumentWrite = {
  readonly operation: Save['operation'];
  /** What is stored whatever the document says. */
  readonly set?: JsonObject;
  /** Whether what the document leaves out is emptied: `get_doc(dict).save()` writes every column. */
  readonly replaces?: boolean;
  readonly verb?: string;
  /** Whether what a method is given beside the document may choose a version of it. */
  readonly isSteered?: boolean;
};

/** What is of the document and no field of its record. */
const STEERING = new Set(['doctype', 'flags', 'docname']);

/** The save of a document by its DocType and name; `document` is as it came, codes and all. */
export function documentSave(
  doctype: Json | undefined,
  name: Json | undefined,
  document: Json | undefined,
  { operation, set, replaces, verb, isSteered }: DocumentWrite,
  { mount, guarded }: Surroundings,
): PartialReading {
  const type = textOf(doctype);
  if (type === undefined || !isObject(document))
    return unreadable('A document is one object, and has its "doctype".');
  const named = moduleNamed(mount, type);
  if (named.kind === 'misspelt') return misspelt(named.definition);
  const clean = cleanOf(document);
  const parent = textOf(clean.get('parenttype'));
  if (parent !== undefined && moduleNamed(mount, parent).kind !== 'unmapped')
    return unreadable(`Save a row of a table with its document, "${parent}".`);
  if (named.kind === 'unmapped') return unmappedAbout(aboutType(type, mount));
  const { definition } = named;
  const id = operation === 'create' ? null : (textOf(name) ?? '');
  if (id === '' || (id !== null && isOdd(id))) return unreadable('Name the document by its "name".');
  const fault = id === null ? undefined : stranger(clean, id, definition);
  if (fault) return unreadable(fault);
  const given = [...clean].filter(([field]) => !STEERING.has(field));
  const fields = new Map<string, Json>([...given, ...(set ?? [])]);
  const save: Save = {
    module: definition.name,
    operation,
    id,
    fields,
    isFalseText,
    ...(verb === undefined ? {} : { verb }),
    ...(isSteered && { isSteered }),
  };
  const whole =
    replaces && id !== null
      ? withEmptied(
          save,
          guarded.filter((field) => field !== 'name'),
        )
      : save;
  return found({ save: whole, codes: codesIn(document) });
}

/** What in a document that is changed leads to another one: `doc.update({"name": …})` saves that one, and without a name a new one. */
function stranger(document: JsonObject, id: string, { type }: ActionModule): string | undefined {
  const isOther = (value: Json | undefined) => textOf(value) !== id;
  if (
    (document.has('name') && isOther(document.get('name'))) ||
    candidatesOf(document, 'name').some((value) => !isEmpty(value) && isOther(value))
  )
    return 'Leave "name" out; it names another document.';
  if (candidatesOf(document, 'doctype').some((value) => textOf(value) !== type))
    return 'Leave "doctype" out; it names another DocType.';
  // `savedocs` gives the document that name before it saves: https://github.com/frappe/frappe/blob/develop/frappe/desk/form/save.py
  const own = ['__islocal', '__newname'].find((member) => document.has(member));
  return own === undefined ? undefined : `Leave "${own}" out; the document is there already.`;
}

/** A name that leads elsewhere as a part of an address. */
function isOdd(id: string): boolean {
  return /\p{C}/u.test(id) || id.split('/').some((step) => /^\.{0,2}$/.test(step));
}

/** A box is ticked by a number that is not 0, whatever other texts say: `cint` of Frappe's `utils/data.py`. */
function isFalseText(text: string): boolean {
  return !(Math.abs(Math.trunc(Number(text.replaceAll('_', '')))) > 0);
}
