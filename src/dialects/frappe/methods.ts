import { documentIn, MOST_DOCUMENTS } from '../../core/likeness/text-document.ts';
import {
  isEmpty,
  isList,
  isObject,
  type Json,
  type JsonObject,
  jsonObjectOf,
  jsonOf,
  textOf,
} from '../../core/wire/json.ts';
import { readQuery } from '../../core/wire/target.ts';
import { moduleNamed, NOTHING, type PartialReading, together, UNMAPPED, unreadable } from '../parts.ts';
import { isSteeredBy, withBesides } from '../places.ts';
import { aboutMethod } from './about.ts';
import { isReading } from './call.ts';
import { documentSave, type Surroundings } from './documents.ts';
import { isFalsy } from './parameters.ts';

/** Documents that are changed at once; more are put into a queue. https://github.com/frappe/frappe/blob/develop/frappe/api/v2.py */
const AT_ONCE = 20;
const NONE: JsonObject = new Map();
const docstatus = (value: number): JsonObject => new Map([['docstatus', jsonOf(value)]]);

type Reader = (values: JsonObject, around: Surroundings) => PartialReading;

const saveDocument =
  (operation: 'update' | 'create', set?: JsonObject): Reader =>
  (values, around) => {
    const doc = values.get('doc');
    const name = isObject(doc) ? doc.get('name') : undefined;
    const way = { operation, replaces: true, ...(set && { set }) };
    return documentSave(isObject(doc) ? doc.get('doctype') : undefined, name, doc, way, around);
  };

/** `{"Save": 0, "Submit": 1, "Update": 1, "Cancel": 2}`: https://github.com/frappe/frappe/blob/develop/frappe/desk/form/save.py */
const DESK: Readonly<Record<string, number>> = { Save: 0, Submit: 1, Update: 1, Cancel: 2 };

const METHODS: Readonly<Record<string, Reader>> = {
  'frappe.client.set_value': setValue,
  'frappe.client.insert': saveDocument('create'),
  'frappe.client.insert_many': (values, around) =>
    each(values.get('docs'), (doc) =>
      documentSave(doc.get('doctype'), null, doc, { operation: 'create' }, around),
    ),
  'frappe.client.save': saveDocument('update'),
  'frappe.client.submit': (values, around) => {
    const doc = values.get('doc');
    const isNew = isObject(doc) && isFalsy(doc.get('name'));
    return saveDocument(isNew ? 'create' : 'update', docstatus(1))(values, around);
  },
  'frappe.client.cancel': cancel,
  'frappe.client.delete': (values, around) =>
    documentSave(values.get('doctype'), values.get('name'), NONE, { operation: 'delete' }, around),
  'frappe.client.bulk_update': (values, around) => bulk(values.get('docs'), 'docname', around),
  'frappe.desk.form.save.savedocs': (values, around) => {
    const doc = values.get('doc');
    const status = DESK[textOf(values.get('action')) ?? ''];
    if (status === undefined) return unreadable('"action" is Save, Submit, Update or Cancel.');
    const isNew = isObject(doc) && !isFalsy(doc.get('__islocal'));
    return saveDocument(isNew ? 'create' : 'update', docstatus(status))(values, around);
  },
  'frappe.desk.form.save.cancel': cancel,
  run_doc_method: runDocument,
  runserverobj: runDocument,
  bulk_update: (values, around) => bulk(values.get('docs'), 'name', around),
  bulk_delete: (values, around) => bulkDelete(values.get('docs'), around),
};

/**
 * The saves of a function that is called by its name. What nobody knows is unmapped, unless it names a mapped DocType: in the body, in the
 * query, which Frappe adds to it, or in JSON, as which the desk sends what is no text.
 */
export function methodFinding(
  method: string,
  values: JsonObject,
  query: string,
  around: Surroundings,
): PartialReading {
  const short = method.replace(/^frappe\.handler\./, '');
  const reader = Object.hasOwn(METHODS, short) ? METHODS[short] : undefined;
  if (reader) return reader(values, around);
  if (isReading(method)) return NOTHING;
  const isUpload = /(?:^|\.)(?:upload_file|attach_file)$/.test(method);
  if (isUpload && ['fieldname', 'docfield', 'method'].every((name) => isEmpty(values.get(name))))
    return NOTHING;
  const type = namedIn([...values.values(), ...readQuery(query).map(([, value]) => value)], around);
  return type === undefined
    ? UNMAPPED
    : unreadable(
        `What "${method}" does with "${type}", nobody knows. Save the document by /resource, or by a method of it that "actions" names.`,
      );
}

/** A mapped DocType that stands anywhere among the values. */
function namedIn(values: readonly Json[], around: Surroundings, texts = MOST_DOCUMENTS): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && moduleNamed(around.mount, value).kind !== 'unmapped') return value;
    const held = typeof value === 'string' && texts > 0 ? documentIn(value) : undefined;
    const inner = held?.kind === 'document' ? held.value : value;
    const below = isObject(inner) ? [...inner.keys(), ...inner.values()] : isList(inner) ? inner : [];
    const named = namedIn(below, around, texts - Number(held !== undefined));
    if (named !== undefined) return named;
  }
  return undefined;
}

/** `fieldname` is the name of a field, or an object of several. */
function setValue(values: JsonObject, around: Surroundings): PartialReading {
  const [fieldname, given] = [values.get('fieldname'), values.get('value')];
  // `if not value: values = {fieldname: ''}`: https://github.com/frappe/frappe/blob/develop/frappe/client.py
  const value = given === undefined || isFalsy(given) ? '' : given;
  if (isObject(fieldname) && value !== '')
    return unreadable('Leave "value" out where "fieldname" has several.');
  const fields = isObject(fieldname)
    ? fieldname
    : typeof fieldname === 'string'
      ? new Map([[fieldname, value]])
      : undefined;
  if (!fields)
    return unreadable('"fieldname" is the name of a field, or an object of fields and their values.');
  return documentSave(values.get('doctype'), values.get('name'), fields, { operation: 'update' }, around);
}

/** The desk may set the state of a workflow with it. */
function cancel(values: JsonObject, around: Surroundings): PartialReading {
  const field = textOf(values.get('workflow_state_fieldname'));
  const state = values.get('workflow_state') ?? null;
  const set = new Map([...docstatus(2), ...(field ? [[field, state] as const] : [])]);
  return documentSave(values.get('doctype'), values.get('name'), NONE, { operation: 'update', set }, around);
}

/** `{"docs": [{"doctype", "name", …}]}`. */
export function bulk(
  docs: Json | undefined,
  key: string,
  around: Surroundings,
  doctype?: string,
): PartialReading {
  return each(docs, (doc) => {
    const fields = new Map([...doc].filter(([name]) => name !== key && name !== 'flags'));
    return documentSave(doctype ?? doc.get('doctype'), doc.get(key), fields, { operation: 'update' }, around);
  });
}

/** `{"names": […]}` of one DocType, or `{"docs": [{"doctype", "name"}]}`. */
export function bulkDelete(docs: Json | undefined, around: Surroundings, doctype?: string): PartialReading {
  const list = isList(docs)
    ? docs.map((one): Json => (isObject(one) ? one : new Map([['name', one]])))
    : docs;
  return each(list, (doc) =>
    documentSave(doctype ?? doc.get('doctype'), doc.get('name'), NONE, { operation: 'delete' }, around),
  );
}

function each(list: Json | undefined, saveOf: (doc: JsonObject) => PartialReading): PartialReading {
  if (!isList(list) || list.length === 0 || !list.every(isObject))
    return unreadable('Send the documents in a list.');
  const finding = together(list.map(saveOf));
  return finding.kind === 'found' && finding.parts.length > 0 && list.length > AT_ONCE
    ? unreadable(`Send ${AT_ONCE} documents at most; more are saved later, when nobody judges them.`)
    : finding;
}

/** `run_doc_method(method, docs | dt, dn, args)`. */
function runDocument(values: JsonObject, around: Surroundings): PartialReading {
  // Version 1 takes the first two, version 2 the last, and both pass over the others.
  const [dt, ...documents] = ['dt', 'docs', 'document'].map((name) => values.get(name));
  const named = [dt, ...documents].filter((one) => !isFalsy(one));
  if (named.length > 1) return unreadable('Name one document: by "dt" and "dn", or as "docs" or "document".');
  const docs = documents.find((one) => !isFalsy(one));
  const method = textOf(values.get('method')) ?? '';
  const args = new Map([...values].filter(([name]) => ['args', 'arg', 'kwargs'].includes(name)));
  if (!isFalsy(dt)) {
    const dn = values.get('dn');
    return actionReading({ doctype: dt, name: isFalsy(dn) ? dt : dn, method, args }, around);
  }
  if (!isObject(docs)) return unreadable('Name the document by "dt" and "dn", or send it as "docs".');
  const [doctype, name] = ['doctype', 'name'].map((key) => docs.get(key));
  return actionReading({ doctype, name, method, args, document: docs }, around);
}

/** A method of one document, which the call names or brings along. */
type DocumentCall = {
  readonly doctype: Json | undefined;
  readonly name: Json | undefined;
  readonly method: string;
  readonly args: JsonObject;
  readonly document?: JsonObject;
};

/** `submit` and `cancel` are known, others are what `actions` says. */
export function actionReading(
  { doctype, name, method, args, document }: DocumentCall,
  around: Surroundings,
): PartialReading {
  const named = moduleNamed(around.mount, textOf(doctype) ?? '');
  const own =
    named.kind === 'mapped' && Object.hasOwn(named.definition.actions, method)
      ? named.definition.actions[method]
      : undefined;
  if (own?.harmless) return NOTHING;
  const known = method === 'submit' ? docstatus(1) : method === 'cancel' ? docstatus(2) : undefined;
  const set = own?.set ? jsonObjectOf(own.set) : known;
  if (named.kind === 'mapped' && !set)
    return unreadable(
      `What the method "${method}" saves, nobody knows here. Say it under "actions" of the module ${named.definition.name}: what it sets, or that it is harmless.`,
      aboutMethod(method, named.definition.name),
    );
  const besides = [...args.values()].filter(isObject);
  const fields = withBesides(new Map([...(document ?? NONE), ...(set ?? NONE)]), besides);
  const way = {
    operation: 'update',
    replaces: document !== undefined,
    isSteered: named.kind === 'mapped' && isSteeredBy(besides, named.definition),
    ...(known ? {} : { verb: method }),
  } as const;
  return documentSave(doctype, name, fields, way, around);
}
