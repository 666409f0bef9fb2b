// The rep's app, the customers' inbox and a look into the CRM. All text goes in as text, never as HTML.
import { codesTyped, forgetCodes, resend, showAnswer } from './answer.js';

const NOTES = '/gateway/api/DeliveryNotes';
const FIELDS = ['subject', 'status', 'email'];
const find = (id) => document.getElementById(id);
const editor = find('editor');

let notes = [];
let selected;

function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function asRep(options = {}) {
  const authorization = `Bearer ${find('rep').value}`;
  return { ...options, headers: { authorization, 'content-type': 'application/json' } };
}

async function loadNotes() {
  const response = await fetch(NOTES, asRep());
  notes = response.ok ? await response.json() : [];
  selected = notes.find((note) => note.id === selected?.id) ?? notes[0];
  showNotes();
}

function showNotes() {
  const items = notes.map((note) => {
    const button = element('button', '');
    button.type = 'button';
    button.append(element('span', `${note.id}. ${note.subject}`));
    button.append(element('span', note.status, note.status === 'Delivered' ? 'status delivered' : 'status'));
    if (note === selected) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => select(note));
    const item = element('li', '');
    item.append(button);
    return item;
  });
  find('notes').replaceChildren(...items);
  find('note-title').textContent = selected ? `Delivery note ${selected.id}` : 'No delivery notes';
  for (const field of FIELDS) editor.elements[field].value = selected?.[field] ?? '';
}

function select(note) {
  selected = note;
  forgetCodes();
  showNotes();
  find('notes').querySelector('[aria-current]').focus();
}

async function save(event) {
  event.preventDefault();
  const changes = FIELDS.filter((field) => editor.elements[field].value !== selected[field]);
  const values = Object.fromEntries(changes.map((field) => [field, editor.elements[field].value]));
  const body = JSON.stringify({ ...values, ...codesTyped() });
  find('save').disabled = true;
  try {
    const response = await fetch(`${NOTES}/${selected.id}`, asRep({ method: 'PATCH', body }));
    const text = await response.text();
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    const asked = `PATCH /api/DeliveryNotes/${selected.id}\n\n${body}`;
    find('wire').textContent =
      `${asked}\n\n\n${response.status} ${response.statusText}\n${headers}\n\n${layOut(text)}`;
    if (response.ok) await loadNotes();
    showAnswer(response.status, text);
  } catch {
    showAnswer(0, '{"detail":"The demo does not answer. Is it still running?"}');
  } finally {
    find('save').disabled = false;
  }
}

function layOut(text) {
  return text.startsWith('{') ? JSON.stringify(JSON.parse(text), null, 2) : text;
}

/** Shows a growing list, newest first, without touching what is there already. */
async function follow(url, list, rowOf, nothing) {
  const rows = await fetch(url).then(
    (response) => response.json(),
    () => [],
  );
  const known = Number(list.dataset.newest ?? 0);
  const news = rows.filter((row) => row.number > known).sort((a, b) => b.number - a.number);
  if (news.length > 0) {
    list.querySelector('.empty')?.remove();
    list.dataset.newest = news[0].number;
    list.prepend(...news.map(rowOf));
  } else if (!list.hasChildNodes()) list.append(element('li', nothing, 'empty'));
}

function mailRow({ at, to, subject, text }) {
  const item = element('li', '');
  item.append(element('p', `To ${to}, ${new Date(at).toLocaleTimeString()}`, 'hint'));
  const title = element('p', '');
  title.append(element('strong', subject));
  item.append(title, element('p', text));
  return item;
}

function receivedRow({ number, method, path, body, status }) {
  const item = element('li', '', method === 'GET' ? 'read' : '');
  item.append(
    element('span', `#${number}`, 'hint'),
    element('code', `${method} ${path}`),
    element('code', body),
  );
  item.append(element('span', `answered ${status}`, 'hint'));
  return item;
}

async function followAll() {
  await Promise.all([
    follow('/inbox/mails', find('mails'), mailRow, 'No mail yet.'),
    follow('/crm/received', find('received'), receivedRow, 'Nothing yet.'),
  ]);
  setTimeout(followAll, 700);
}

editor.addEventListener('submit', save);
find('resend').addEventListener('click', () =>
  resend((path, options) => fetch(`/gateway/_countersign${path}`, asRep(options))),
);
for (const field of FIELDS) editor.elements[field].addEventListener('input', forgetCodes);
find('rep').addEventListener('change', () => {
  forgetCodes();
  loadNotes();
});
find('reads').addEventListener('change', (event) =>
  find('received').classList.toggle('with-reads', event.target.checked),
);

await loadNotes();
followAll();
