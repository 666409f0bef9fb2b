import { describeDoors } from '../dialects/doors.ts';
import { closing, FORM, headers, NOTE, note, notes, startNotes } from '../dialects/frappe-notes.ts';

/*
 * A call that names one document for the gateway and another for Frappe: by a second parameter that one version of the API takes and the other
 * passes over, by the name that the desk gives a document, by the address, which a form is added to, and by JSON in a text.
 */

const METHOD = 'POST /api/method';
const closed = { doctype: 'Delivery Note', ...note, status: 'Closed' };
const other = { doctype: 'ToDo', name: 'T-1' };
const said = JSON.stringify;

describeDoors('Frappe, by a document that only Frappe finds', {
  start: () =>
    startNotes({
      'Delivery Note/DN-0002': { ...note, name: 'DN-0002', status: 'Closed' },
      'ToDo/T-1': { name: 'T-1' },
    }),
  modules: notes(),
  rules: closing({ changed: 'status' }),
  headers,
  refused: [
    [
      'docs, where version 2 takes document',
      400,
      {
        line: 'POST /api/v2/method/run_doc_method',
        body: said({ method: 'close_note', docs: other, document: closed }),
      },
    ],
    [
      'dt, where version 2 takes document',
      400,
      {
        line: 'POST /api/v2/method/run_doc_method',
        body: said({ method: 'close_note', dt: 'ToDo', dn: 'T-1', document: closed }),
      },
    ],
    [
      'document, where version 1 takes docs',
      400,
      {
        line: `${METHOD}/run_doc_method`,
        body: said({ method: 'close_note', docs: closed, document: other }),
      },
    ],
    [
      'the name that the desk gives a document',
      400,
      {
        line: `${METHOD}/frappe.desk.form.save.savedocs`,
        body: said({ action: 'Save', doc: said({ ...closed, name: 'DN-0002', __newname: 'DN-0001' }) }),
      },
    ],
    [
      'a state of a workflow in the address',
      400,
      {
        line: `${METHOD}/frappe.desk.form.save.cancel?workflow_state_fieldname=status&workflow_state=Closed`,
        headers: FORM,
        body: 'doctype=Delivery+Note&name=DN-0001',
      },
    ],
    [
      'the field of an upload in the address',
      400,
      {
        line: `${METHOD}/frappe.client.attach_file?docfield=status`,
        headers: FORM,
        body: 'doctype=Delivery+Note&docname=DN-0001&filename=a.txt&filedata=x',
      },
    ],
    [
      'JSON in a text',
      400,
      {
        line: `${METHOD}/acme.api.close`,
        body: said({ payload: said({ doctype: 'Delivery Note', name: 'DN-0001' }) }),
      },
    ],
    [
      'JSON in a text of a form',
      400,
      {
        line: `${METHOD}/acme.api.close`,
        headers: FORM,
        body: `payload=${encodeURIComponent(said([{ doctype: 'Delivery Note' }]))}`,
      },
    ],
    [
      'the name of a member',
      400,
      { line: `${METHOD}/acme.api.close`, body: said({ by: { 'Delivery Note': ['DN-0001'] } }) },
    ],
    [
      'the address of a function that nobody knows',
      400,
      { line: `${METHOD}/acme.api.close?about=Delivery+Note`, headers: FORM, body: 'id=DN-0001' },
    ],
  ],
  honest: [
    [
      'a method of one document, by docs',
      { line: `${METHOD}/run_doc_method`, body: said({ method: 'notify', docs: other, args: {} }) },
      '/api/method/run_doc_method',
    ],
    [
      'a method of one document, by dt, with docs that is nothing',
      { line: `${METHOD}/run_doc_method`, body: said({ method: 'notify', dt: 'ToDo', dn: 'T-1', docs: '' }) },
      '/api/method/run_doc_method',
    ],
    [
      'a method of one document, by document',
      { line: 'POST /api/v2/method/run_doc_method', body: said({ method: 'notify', document: other }) },
      '/api/v2/method/run_doc_method',
    ],
    [
      'a function that is about another DocType',
      {
        line: `${METHOD}/acme.api.close?about=ToDo`,
        headers: FORM,
        body: `payload=${encodeURIComponent(said(other))}`,
      },
      '/api/method/acme.api.close?about=ToDo',
    ],
    [
      'a text that speaks of a DocType',
      { line: `${METHOD}/acme.api.say`, body: said({ text: 'The Delivery Note is late.' }) },
      '/api/method/acme.api.say',
    ],
    [
      'a save of the desk',
      {
        line: `${METHOD}/frappe.desk.form.save.savedocs`,
        body: said({ action: 'Save', doc: said({ ...closed, name: 'DN-0002', subject: 'Three boxes' }) }),
      },
      '/api/method/frappe.desk.form.save.savedocs',
    ],
    ['a save in the plain spelling', { line: `PUT ${NOTE}`, body: '{"subject":"Three boxes"}' }, NOTE],
  ],
});
