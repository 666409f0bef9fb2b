import { describeDoors } from './doors.ts';
import { closing, FORM, headers, NOTE, note, notes, startNotes } from './frappe-notes.ts';

const CLOSED = '{"status":"Closed"}';
const SET = 'doctype=Delivery+Note&name=DN-0001&fieldname=status&value=Closed';
const text = (value: object) => encodeURIComponent(JSON.stringify(value));

describeDoors('Frappe', {
  start: () =>
    startNotes({
      'Delivery Note/DN/2': { ...note, name: 'DN/2', status: 'Closed' },
      'Customer/Rep': { name: 'Rep', email: 'rep@example.com' },
    }),
  modules: notes({ values: ['items'] }),
  rules: closing(),
  headers,
  refused: [
    ['a save in the plain spelling', 428, { line: `PUT ${NOTE}`, body: CLOSED }],
    [
      'a declared method, judged as what it sets',
      428,
      { line: `POST ${NOTE}`, body: '{"run_method":"close_note"}' },
    ],
    ['an encoded letter', 400, { line: 'PUT /api/%72esource/Delivery%20Note/DN-0001', body: CLOSED }],
    ['a doubled slash', 400, { line: 'PUT /api//resource/Delivery%20Note/DN-0001', body: CLOSED }],
    ['the DocType in capitals', 400, { line: 'PUT /api/resource/DELIVERY%20NOTE/DN-0001', body: CLOSED }],
    ['the name in small letters', 400, { line: 'PUT /api/resource/Delivery%20Note/dn-0001', body: CLOSED }],
    [
      'a function by a form',
      428,
      { line: 'POST /api/method/frappe.client.set_value', headers: FORM, body: SET },
    ],
    [
      'a function by its path and something behind it',
      428,
      { line: 'POST /api/method/frappe.client.set_value/x', headers: FORM, body: SET },
    ],
    [
      'cmd before the address',
      428,
      { line: 'POST /api/method/login', headers: FORM, body: `cmd=frappe.client.set_value&${SET}` },
    ],
    [
      'cmd in the address',
      400,
      { line: `POST /api/method/login?cmd=frappe.client.set_value&${SET}`, body: '{}' },
    ],
    ['data in the address', 400, { line: `PUT ${NOTE}?data=${text({ status: 'Closed' })}`, body: '{}' }],
    [
      'data twice in a form',
      400,
      { line: `PUT ${NOTE}`, headers: FORM, body: `data=%7B%7D&data=${text({ status: 'Closed' })}` },
    ],
    [
      'a document of the desk',
      428,
      {
        line: 'POST /api/method/frappe.desk.form.save.savedocs',
        headers: FORM,
        body: `action=Save&doc=${text({ doctype: 'Delivery Note', ...note, status: 'Closed' })}`,
      },
    ],
    [
      'a document that leaves its customer out',
      428,
      {
        line: 'POST /api/method/frappe.client.save',
        headers: FORM,
        body: `doc=${text({ doctype: 'Delivery Note', name: 'DN-0001', status: 'Open' })}`,
      },
    ],
    ['another customer', 428, { line: `PUT ${NOTE}`, body: '{"customer":"Rep"}' }],
    [
      'the address of the customer, taken away',
      428,
      { line: 'PUT /api/resource/Customer/Acme', body: '{"email":null}' },
    ],
    ['the customer deleted', 428, { line: 'DELETE /api/resource/Customer/Acme' }],
    [
      'XML',
      415,
      { line: `PUT ${NOTE}`, headers: ['Content-Type: text/xml'], body: '<status>Closed</status>' },
    ],
    [
      'a method in a header',
      400,
      { line: `POST ${NOTE}`, headers: ['X-HTTP-Method-Override: PUT'], body: CLOSED },
    ],
  ],
  honest: [
    [
      'a save of another field, with rows,',
      { line: `PUT ${NOTE}`, body: '{"subject":"three","items":[{"qty":3}]}' },
      NOTE,
      '{"subject":"three","items":[{"qty":3}]}',
    ],
    [
      'what the note already says, by a name with a slash,',
      { line: 'PUT /api/resource/Delivery%20Note/DN/2', body: CLOSED },
      '/api/resource/Delivery%20Note/DN/2',
      CLOSED,
    ],
    [
      'a function of a client',
      { line: 'POST /api/method/frappe.client.get_list', headers: FORM, body: 'doctype=Delivery+Note' },
      '/api/method/frappe.client.get_list',
      'doctype=Delivery+Note',
    ],
    [
      'a form with JSON in it',
      { line: `PUT ${NOTE}`, headers: FORM, body: `data=${text({ subject: 'four' })}` },
      NOTE,
      'data=%7B%22subject%22%3A%22four%22%7D',
    ],
    [
      'a login',
      { line: 'POST /api/method/login', headers: FORM, body: 'usr=ann&pwd=x' },
      '/api/method/login',
      'usr=ann&pwd=x',
    ],
  ],
});
