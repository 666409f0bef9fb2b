/**
 * Makes an element. Whatever comes from data is set as text or as an attribute that holds text: nothing that a CRM or a caller wrote is
 * ever read as markup.
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== undefined));
  return element;
}

/** A field with its label. */
export function field(label, control) {
  return el('label', { class: 'field' }, el('span', {}, label), control);
}

/** A time of the gateway in the time of who looks. */
export function time(at) {
  const date = new Date(at);
  const text = Number.isNaN(date.getTime()) ? String(at) : date.toLocaleString();
  return el('time', { datetime: at, title: at }, text);
}

/** A table; on a narrow screen each row is a card, and each cell says what it is. */
export function table(caption, heads, rows) {
  return el(
    'table',
    {},
    el('caption', {}, caption),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        heads.map((head) => el('th', { scope: 'col' }, head)),
      ),
    ),
    el('tbody', {}, rows),
  );
}

/** A row of cells under the heads. */
export function row(heads, cells, attributes = {}) {
  return el(
    'tr',
    attributes,
    cells.map((cell, index) => el('td', { 'data-head': heads[index] }, cell)),
  );
}

/** What an event says beside what has a place of its own: names and values, as text. */
export function told(members) {
  return Object.entries(members)
    .map(([name, value]) => [name, wordsOf(value)])
    .filter(([, words]) => words !== '')
    .map(([name, words]) => `${name} ${words}`)
    .join('; ');
}

function wordsOf(value) {
  if (Array.isArray(value)) return value.map(wordsOf).join(', ');
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${wordsOf(inner)}`)
    .join(' ');
}

/** What stands where there is nothing yet. */
export function empty(text) {
  return el('p', { class: 'empty' }, text);
}

/** A verdict in words, with a mark beside the colour. */
export function verdict(name) {
  const isPassing = ['pass', 'countersigned', 'handed-on'].includes(name);
  return el('span', { class: `verdict ${isPassing ? 'good' : name === 'failed' ? 'bad' : 'stop'}` }, name);
}
