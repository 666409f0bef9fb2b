// What a client makes of the gateway's answers: a field for each code that is asked for, and a message for the rep.
import { wordsFor } from './words.js';

const message = document.getElementById('message');
const codes = document.getElementById('codes');
const saveButton = document.getElementById('save');
const resendButton = document.getElementById('resend');

/** Answers after which a code can be typed (again). */
const ASKS = [
  'otp-required',
  'otp-invalid',
  'otp-expired',
  'otp-ambiguous',
  'otp-in-progress',
  'otp-superseded',
];
let asked = [];
let isResending = false;

/** The codes in the fields, under the names that the gateway gave them. */
export function codesTyped() {
  const typed = [...codes.querySelectorAll('input')].filter((input) => input.value.trim() !== '');
  return Object.fromEntries(typed.map((input) => [input.name, input.value]));
}

export function forgetCodes() {
  showFields([]);
  say('', '');
}

/** Shows an answer of the gateway, or of the CRM behind it. */
export function showAnswer(status, text) {
  const answer = read(text);
  if (status >= 200 && status < 300) {
    forgetCodes();
    return say('Saved.', 'good');
  }
  showFields((answer.rules ?? []).filter((rule) => ASKS.includes(rule.result)));
  say(wordsFor(status, answer), status === 428 ? 'warn' : 'bad');
  codes.querySelector('input')?.focus();
}

/** Has the code sent again that is asked for, for the values that are being saved; `fetchOf` calls the control API. */
export async function resend(fetchOf) {
  // A second click while the first is under way would be refused, and its answer would hide that of the first.
  if (isResending) return;
  isResending = true;
  try {
    for (const row of asked) if (!(await resendRow(row, fetchOf))) return;
    codes.querySelector('input')?.focus();
  } finally {
    isResending = false;
  }
}

/** Whether a new code was sent. */
async function resendRow({ rule, record, values }, fetchOf) {
  const path = `/rules/${rule}/records/${encodeURIComponent(record)}/code`;
  const response = await fetchOf(path, { method: 'POST', body: JSON.stringify({ values }) });
  const answer = read(await response.text());
  if (!response.ok) {
    say(wordsFor(response.status, answer), 'bad');
    return false;
  }
  showFields(asked.map((row) => (row.rule === rule ? { ...row, ...answer } : row)));
  say(`We have sent a new code to ${answer.sent_to}. The earlier one is no longer good.`, 'warn');
  return true;
}

function showFields(rows) {
  asked = rows;
  codes.replaceChildren(...rows.map((row) => codeField(row, rows.length > 1)));
  saveButton.textContent = rows.length > 0 ? 'Save with the code' : 'Save';
  resendButton.hidden = rows.length === 0;
}

function codeField({ rule, name, field, sent_to, expires_at, attempts_remaining }, isOneOfSeveral) {
  const time = { hour: '2-digit', minute: '2-digit' };
  const facts = [
    sent_to && `Sent to ${sent_to}`,
    expires_at && `good until ${new Date(expires_at).toLocaleTimeString([], time)}`,
    attempts_remaining !== undefined &&
      `${attempts_remaining} ${attempts_remaining === 1 ? 'attempt' : 'attempts'} remaining`,
  ];
  const title = isOneOfSeveral ? `The customer’s code (${name})` : 'The customer’s code';
  const label = make('label', { htmlFor: `code-${rule}`, textContent: title });
  const hint = make('p', {
    id: `hint-${rule}`,
    className: 'hint',
    textContent: facts.filter(Boolean).join(', '),
  });
  const input = make('input', {
    id: `code-${rule}`,
    name: field,
    inputMode: 'numeric',
    autocomplete: 'one-time-code',
  });
  input.setAttribute('aria-describedby', hint.id);
  const box = make('div', { className: 'code' });
  box.append(label, input, hint);
  return box;
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function say(text, kind) {
  message.textContent = text;
  message.className = kind;
}

function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
