const NOTHING = new Set(['', '–', 'none']);

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

/** A time of the gateway in the time of who looks; the day is said where it is another than today. */
export function time(at) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const text = isToday ? date.toLocaleTimeString() : date.toLocaleString();
  return el('time', { datetime: at, title: at }, Number.isNaN(date.getTime()) ? String(at) : text);
}

/** A table; on a narrow screen each row is a card, and each cell says what it is. */
export function table(caption, heads, rows) {
  const isNumber = (index) => rows[0]?.children[index]?.classList.contains('number');
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
        heads.map((head, index) => el('th', { scope: 'col', class: isNumber(index) && 'number' }, head)),
      ),
    ),
    el('tbody', {}, rows),
  );
}

/** A row of cells under the heads. Numbers stand under each other; a cell that holds nothing takes no place on a narrow screen. */
export function row(heads, cells, attributes = {}) {
  return el(
    'tr',
    attributes,
    cells.map((cell, index) => el('td', { 'data-head': heads[index], class: kindOf(cell) }, cell)),
  );
}

function kindOf(cell) {
  if (typeof cell === 'number') return 'number';
  return NOTHING.has(cell) && 'nothing';
}

/** Names and values, each pair in a box; what is not there is left out. */
export function facts(pairs) {
  return el(
    'dl',
    {},
    pairs
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

/** What an event says beside what has a place of its own: names and values, as text. */
export function told(members) {
  return Object.entries(members)
    .map(([name, value]) => (name === 'by' ? ['confirmed by', howOf(value)] : [name, wordsOf(value)]))
    .filter(([, words]) => words !== '')
    .map(([name, words]) => `${spelt(name)} ${words}`)
    .join('; ');
}

/** By what each rule was met. */
function howOf(by) {
  return by.map(({ rule, how }) => `${how} (rule ${rule})`).join(', ');
}

/** The words of a name: `sentTo` is "sent to". */
function spelt(name) {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
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
  return el('span', { class: `verdict ${COLOURS[outcomeOf(name)]}` }, name);
}

const COLOURS = { passed: 'good', countersigned: 'good', failed: 'bad', refused: 'stop' };

/** What became of a request, in one of four words. */
export function outcomeOf(verdict) {
  if (verdict === 'pass' || verdict === 'handed-on') return 'passed';
  return verdict === 'countersigned' || verdict === 'failed' ? verdict : 'refused';
}
