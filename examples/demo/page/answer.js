// What a client makes of the gateway's answers: a field for each code that is asked for, and a message for the rep.
const message = document.getElementById('message');
const codes = document.getElementById('codes');
const saveButton = document.getElementById('save');

/** Answers after which a code can be typed (again). */
const ASKS = ['otp-required', 'otp-invalid', 'otp-ambiguous', 'otp-in-progress', 'otp-superseded'];

/** The codes in the fields, under the names that the gateway gave them. */
export function codesTyped() {
  const typed = [...codes.querySelectorAll('input')].filter((input) => input.value.trim() !== '');
  return Object.fromEntries(typed.map((input) => [input.name, input.value]));
}

export function forgetCodes() {
  codes.replaceChildren();
  say('', '');
  saveButton.textContent = 'Save';
}

/** Shows an answer of the gateway, or of the CRM behind it. */
export function showAnswer(status, text) {
  const answer = read(text);
  if (status >= 200 && status < 300) {
    forgetCodes();
    return say('Saved.', 'good');
  }
  const rules = answer.rules ?? [];
  const asking = rules.filter((rule) => ASKS.includes(rule.result));
  codes.replaceChildren(...asking.map(codeField));
  saveButton.textContent = asking.length > 0 ? 'Save with the code' : 'Save';
  const left = rules.find((rule) => rule.attempts_remaining !== undefined)?.attempts_remaining;
  const attempts = status === 403 && left !== undefined ? ` Attempts remaining: ${left}.` : '';
  say(
    `${answer.detail ?? answer.message ?? `The answer was ${status}.`}${attempts}`,
    status === 428 ? 'warn' : 'bad',
  );
  codes.querySelector('input')?.focus();
}

function codeField({ rule, name, field, channel, sent_to, expires_at, attempts_remaining }) {
  const facts = [
    sent_to && `Sent to ${sent_to}${channel ? ` (${channel})` : ''}`,
    expires_at && `good until ${new Date(expires_at).toLocaleTimeString()}`,
    attempts_remaining !== undefined && `${attempts_remaining} attempts remaining`,
  ];
  const label = make('label', { htmlFor: `code-${rule}`, textContent: `Code for “${name}”` });
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
