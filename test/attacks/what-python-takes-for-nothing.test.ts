import { describeDoors } from '../dialects/doors.ts';
import { closing, FORM, headers, NOTE, note, notes, startNotes } from '../dialects/frappe-notes.ts';

/*
 * Frappe asks Python whether a parameter is there: `if form_dict.cmd:` passes over `0`, `false`, `[]` and `{}`. A gateway that took them for a
 * function's name would judge that function, and Frappe would save the document of the address.
 */

const METHOD = 'POST /api/method';
const closed = { doctype: 'Delivery Note', ...note, status: 'Closed' };
const said = JSON.stringify;

describeDoors('Frappe, by what Python takes for nothing', {
  start: () => startNotes(),
  modules: notes(),
  rules: closing({ or: [{ changed_to: ['status', 'Closed'] }, { changed_to: ['status', ''] }] }),
  headers,
  refused: [
    ...[0, false, [], null, ''].map((cmd): [string, number, { line: string; body: string }] => [
      `the cmd ${said(cmd)}`,
      428,
      { line: `PUT ${NOTE}`, body: said({ cmd, status: 'Closed' }) },
    ]),
    ['the cmd 0.0e5', 428, { line: `PUT ${NOTE}`, body: '{"cmd":0.0e5,"status":"Closed"}' }],
    ['a cmd that is no text', 400, { line: `PUT ${NOTE}`, body: said({ cmd: ['x'], status: 'Closed' }) }],
    [
      'a cmd that is a field of a form, and no cmd',
      400,
      {
        line: `PUT ${NOTE}`,
        headers: FORM,
        body: 'cmd%5Bx%5D=1&status=Closed',
      },
    ],
    [
      'a cmd that is nothing, before a function',
      428,
      {
        line: `${METHOD}/frappe.client.set_value`,
        body: said({
          cmd: false,
          doctype: 'Delivery Note',
          name: 'DN-0001',
          fieldname: 'status',
          value: 'Closed',
        }),
      },
    ],
    ...[0, false, []].map((dt): [string, number, { line: string; body: string }] => [
      `the dt ${said(dt)} beside a document`,
      428,
      { line: `${METHOD}/run_doc_method`, body: said({ method: 'close_note', dt, docs: closed }) },
    ]),
    ...[0, false, []].map((value): [string, number, { line: string; body: string }] => [
      `the value ${said(value)}, by which Frappe empties the field`,
      428,
      {
        line: `${METHOD}/frappe.client.set_value`,
        body: said({ doctype: 'Delivery Note', name: 'DN-0001', fieldname: 'status', value }),
      },
    ]),
    [
      'the __islocal 0 of a document that is there',
      400,
      {
        line: `${METHOD}/frappe.desk.form.save.savedocs`,
        body: said({ action: 'Save', doc: { ...closed, __islocal: 0 } }),
      },
    ],
    ...[0, false, null, ''].map((name): [string, number, { line: string; body: string }] => [
      `the name ${said(name)}, by which Frappe saves a new document`,
      400,
      { line: `PUT ${NOTE}`, body: said({ name, status: 'Closed' }) },
    ]),
  ],
  honest: [
    ['a cmd that is nothing', { line: `PUT ${NOTE}`, body: said({ cmd: '', subject: 'x' }) }, NOTE],
    [
      'a function by cmd',
      {
        line: 'POST /api/method/login',
        body: said({ cmd: 'frappe.client.get_list', doctype: 'Delivery Note' }),
      },
      '/api/method/login',
    ],
    [
      'a field set to 0',
      {
        line: `${METHOD}/frappe.client.set_value`,
        body: said({ doctype: 'Delivery Note', name: 'DN-0001', fieldname: 'boxes', value: 0 }),
      },
      '/api/method/frappe.client.set_value',
    ],
    [
      'a new document of the desk',
      {
        line: `${METHOD}/frappe.desk.form.save.savedocs`,
        body: said({
          action: 'Save',
          doc: { doctype: 'Delivery Note', name: 'new-delivery-note-1', __islocal: 1, subject: 'x' },
        }),
      },
      '/api/method/frappe.desk.form.save.savedocs',
    ],
    [
      'a document that says its own name',
      { line: `PUT ${NOTE}`, body: said({ name: 'DN-0001', subject: 'y' }) },
      NOTE,
    ],
  ],
});
