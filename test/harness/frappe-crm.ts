import type { Fields } from './crm-collection.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

export type Frappe = StandIn & {
  /** Documents by DocType and name. */
  readonly records: Map<string, Fields>;
};

type Json = Record<string, unknown>;
type Store = Map<string, Fields>;

/**
 * Frappe as its sources say (`app.py`, `api/v1.py`, `api/v2.py`, `client.py`, `handler.py`): `cmd` goes before the address, the address
 * and the body are one set of parameters, documents come as JSON in texts, names and DocTypes in any case (MariaDB).
 */
export async function startFrappe(records: Readonly<Record<string, Fields>>): Promise<Frappe> {
  const store: Store = new Map(Object.entries(structuredClone(records)));
  const standIn = await startStandIn((asked): Said => {
    if (!asked.header('authorization')) return failed(403, 'PermissionError');
    const form = formDict(asked);
    try {
      if (isTrue(form['cmd'])) return method(String(form['cmd']), form, store);
      return route(asked, form, store);
    } catch (error) {
      return failed(417, String((error as Error).message));
    }
  });
  return { ...standIn, records: store };
}

function formDict({ header, json, body, query }: Asked): Json {
  const isForm = header('content-type')?.includes('urlencoded');
  const own = isForm ? Object.fromEntries(new URLSearchParams(body.toString())) : json;
  return { ...Object.fromEntries(query), ...own };
}

function route({ method: verb, pathname }: Asked, form: Json, store: Store): Said {
  const [first = '', ...others] = pathname
    .replace(/^\/api\//, '')
    .replace(/\/$/, '')
    .split('/');
  const [place, ...rest] = /^v[12]$/.test(first) ? others : [first, ...others];
  if (place === 'method' && first === 'v2' && rest[0] === 'run_doc_method') {
    const { doctype, name, ...document } = parsed(form['document']);
    update(keyOf(String(doctype), String(name), store), document, store);
    return data(run(String(doctype), String(name), String(form['method']), store));
  }
  if (place === 'method') return verb === 'GET' ? said('pong') : method(rest.join('/'), form, store);
  const [doctype = '', ...names] = rest;
  const isNew = place === 'document';
  if (names.length === 0) {
    if (verb === 'GET')
      return { status: 200, body: { data: [...store.values()].map(({ name }) => ({ name })) } };
    return data(insert({ ...parsed(isNew ? form : (form['data'] ?? form)), doctype }, store));
  }
  const name = names.join('/');
  if (isNew && name === 'bulk_update') return data(bulk(form['docs'], 'name', store, doctype));
  if (isNew && name === 'bulk_delete') {
    for (const one of form['names'] as string[]) store.delete(keyOf(doctype, one, store));
    return data({ deleted: form['names'], failed: [] });
  }
  if (isNew && names.at(-2) === 'method')
    return data(run(doctype, names.slice(0, -2).join('/'), names.at(-1) ?? '', store));
  const key = keyOf(doctype, name, store);
  if (!store.has(key)) return failed(404, 'DoesNotExistError');
  if (verb === 'GET') return data(store.get(key));
  if (verb === 'DELETE') {
    store.delete(key);
    return { status: 202, body: { data: 'ok' } };
  }
  if (verb === 'POST') return data(run(doctype, name, String(form['run_method']), store));
  return data(update(key, parsed(isNew ? form : (form['data'] ?? form)), store));
}

function method(name: string, form: Json, store: Store): Said {
  const doc = parsed(form['doc']);
  const key = keyOf(String(form['doctype'] ?? doc['doctype']), String(form['name'] ?? doc['name']), store);
  switch (name) {
    case 'login':
    case 'frappe.client.get_list':
      return said('Logged In');
    case 'frappe.client.set_value': {
      const isGiven = isTrue(form['value']);
      const fieldname = isGiven ? form['fieldname'] : maybe(form['fieldname']);
      const fields =
        typeof fieldname === 'string' ? { [fieldname]: isGiven ? form['value'] : '' } : (fieldname as Json);
      return said(update(key, fields, store));
    }
    case 'frappe.client.insert':
      return said(insert(doc, store));
    case 'frappe.client.insert_many':
      return said((maybe(form['docs']) as Json[]).map((one) => insert(one, store)));
    case 'frappe.client.save':
      return said(replace(key, doc, store));
    case 'frappe.client.submit':
      return said(replace(key, { ...doc, docstatus: 1 }, store));
    case 'frappe.desk.form.save.savedocs': {
      const docstatus = { Save: 0, Submit: 1, Update: 1, Cancel: 2 }[String(form['action'])];
      const { __newname: other, ...fields } = doc;
      const own = isTrue(other) ? keyOf(String(doc['doctype']), String(other), store) : key;
      return said(replace(own, { ...fields, docstatus }, store));
    }
    case 'frappe.desk.form.save.cancel': {
      const [field, state] = [form['workflow_state_fieldname'], form['workflow_state']];
      const moved = isTrue(field) && isTrue(state) ? { [String(field)]: state } : {};
      return said(update(key, { docstatus: 2, ...moved }, store));
    }
    case 'frappe.client.cancel':
      return said(update(key, { docstatus: 2 }, store));
    case 'frappe.client.delete':
      return said(store.delete(key));
    case 'frappe.client.bulk_update':
      return said(bulk(form['docs'], 'docname', store));
    case 'run_doc_method': {
      const docs = parsed(form['docs']);
      const isNamed = isTrue(form['dt']);
      const [type, own] = isNamed ? [form['dt'], form['dn']] : [docs['doctype'], docs['name']];
      if (!isNamed) update(keyOf(String(type), String(own), store), docs, store);
      return said(run(String(type), String(own), String(form['method']), store));
    }
    default:
      return said(null);
  }
}

/** As Python sees it. */
function isTrue(value: unknown): boolean {
  return Boolean(value) && (typeof value !== 'object' || Object.keys(value as object).length > 0);
}

function keyOf(doctype: string, name: string, store: Store): string {
  const wanted = `${doctype}/${name}`.toLowerCase();
  return [...store.keys()].find((key) => key.toLowerCase() === wanted) ?? `${doctype}/${name}`;
}

/** Methods of the controller. */
function run(doctype: string, name: string, what: string, store: Store): unknown {
  const set: Json = { submit: { docstatus: 1 }, cancel: { docstatus: 2 }, close_note: { status: 'Closed' } };
  return update(keyOf(doctype, name, store), (set[what] ?? {}) as Json, store);
}

function update(key: string, fields: Json, store: Store): unknown {
  if (!store.has(key)) throw new Error('DoesNotExistError');
  const { name, doctype: _doctype, flags: _flags, ...others } = fields;
  const [doctype = ''] = key.split('/');
  const target = typeof name === 'string' ? keyOf(doctype, name, store) : key;
  store.set(target, { ...store.get(target), ...others } as Fields);
  return store.get(target);
}

/** `get_doc(dict).save()` writes every column. */
function replace(key: string, doc: Json, store: Store): unknown {
  const { doctype: _doctype, ...fields } = doc;
  store.set(key, { status: null, email: null, subject: null, ...fields } as Fields);
  return store.get(key);
}

function insert(doc: Json, store: Store): unknown {
  const name = `DN-${1000 + store.size}`;
  store.set(`${doc['doctype']}/${name}`, { ...doc, name } as Fields);
  return store.get(`${doc['doctype']}/${name}`);
}

function bulk(docs: unknown, key: string, store: Store, doctype?: string): unknown {
  const list = maybe(docs) as Json[];
  for (const { [key]: name, ...doc } of list)
    update(keyOf(doctype ?? String(doc['doctype']), String(name), store), doc, store);
  return key === 'docname' ? { failed_docs: [] } : { updated: list.map(({ name }) => name), failed: [] };
}

function maybe(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

function parsed(value: unknown): Json {
  const found = maybe(value);
  return typeof found === 'object' && found !== null ? (found as Json) : {};
}

const said = (message: unknown): Said => ({ status: 200, body: { message } });
const data = (body: unknown): Said => ({ status: 200, body: { data: body } });

function failed(status: number, exc_type: string): Said {
  return { status, body: { exc_type, exception: exc_type } };
}
