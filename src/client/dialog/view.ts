type Properties = Readonly<Record<string, string | boolean>>;

/** An element with attributes and children; text is set as text. */
function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...children: readonly HTMLElement[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties))
    if (value !== false) element.setAttribute(key, value === true ? '' : value);
  element.append(...children);
  return element;
}

/** The parts of the dialog, without a word in them. One field for the code: it can be pasted and filled in as a whole. */
export function buildView(canWait: boolean) {
  const title = make('h2', { id: 'title' });
  const prompt = make('p', { id: 'prompt' });
  const label = make('label', { for: 'code' });
  const input = make('input', {
    id: 'code',
    autocomplete: 'one-time-code',
    autofocus: true,
    dir: 'ltr',
    enterkeyhint: 'done',
    required: true,
    spellcheck: 'false',
    'aria-describedby': 'fault attempts',
  });
  const fault = make('p', { id: 'fault', role: 'alert' });
  const attempts = make('span', { id: 'attempts' });
  const [untilBefore, untilAfter] = [make('span'), make('span')];
  const timer = make('span', { role: 'timer', id: 'timer' });
  const life = make('span', { class: 'life' }, untilBefore, timer, untilAfter);
  const facts = make('p', { class: 'facts' }, attempts, life);
  const submit = make('button', { type: 'submit', part: 'submit' });
  const cancel = make('button', { type: 'button', part: 'cancel' });
  const resend = make('button', { type: 'button', part: 'resend' });
  const wait = make('button', { type: 'button', part: 'wait', hidden: !canWait });
  const actions = make('div', { class: 'actions' }, submit, cancel, resend, wait);
  const form = make('form', {}, label, input, fault, facts, actions);
  const labelled = { 'aria-labelledby': 'title', 'aria-describedby': 'prompt' };
  const dialog = make('dialog', { ...labelled, part: 'dialog' }, title, prompt, form);
  return {
    dialog,
    title,
    prompt,
    label,
    input,
    fault,
    attempts,
    untilBefore,
    untilAfter,
    timer,
    life,
    submit,
    cancel,
    resend,
    wait,
    form,
  };
}

/** The elements of the dialog. */
export type View = ReturnType<typeof buildView>;
