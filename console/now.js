import { get } from './api.js';
import { el, empty, facts, field, outcomeOf, row, table, time, verdict } from './dom.js';

const HEADS = ['Time', 'Verdict', 'Rules', 'Module', 'Caller', 'Request', 'More'];
const MOST = 200;

/** The last decisions, and those that happen while the page is open. */
export async function nowPage(_name, signal) {
  const { decisions } = await get('decisions', { limit: MOST });
  let known = decisions;
  const wanted = { verdict: '', rule: '', caller: '' };
  const list = el('div');
  const isPaused = el('input', { type: 'checkbox', onchange: () => draw() });
  let state = 'connecting …';
  const counted = el('p', { role: 'status' });
  const sums = el('section', { class: 'sums', 'aria-label': 'Outcomes' });
  const draw = () => {
    const shown = known.filter(
      (each) =>
        (!wanted.verdict || each.verdict === wanted.verdict) &&
        (!wanted.rule || each.rules.includes(wanted.rule)) &&
        (!wanted.caller || each.user === wanted.caller),
    );
    counted.textContent = `${shown.length} of ${known.length} decisions, ${isPaused.checked ? 'paused' : state}`;
    sums.replaceChildren(facts(sumsOf(shown)));
    list.replaceChildren(
      shown.length > 0
        ? table('Decisions, newest first', HEADS, shown.map(rowOf))
        : empty(
            known.length > 0
              ? 'No decision fits the filters.'
              : 'No decision yet. They appear here as they happen.',
          ),
    );
  };
  const chooser = (label, key, valuesOf) => {
    const select = el('select', {
      onchange: () => {
        wanted[key] = select.value;
        draw();
      },
    });
    const fill = () => {
      const values = [...new Set(known.flatMap(valuesOf))].filter((value) => value !== '').sort();
      if (values.length + 1 === select.options.length) return;
      select.replaceChildren(
        el('option', { value: '' }, 'all'),
        ...values.map((value) => el('option', { value }, value)),
      );
      select.value = wanted[key];
    };
    fill();
    return { label: field(label, select), fill };
  };
  const choosers = [
    chooser('Verdict', 'verdict', (each) => [each.verdict]),
    chooser('Rule', 'rule', (each) => each.rules),
    chooser('Caller', 'caller', (each) => [each.user]),
  ];
  const take = (fresh) => {
    const seen = new Set(fresh.map(({ decision }) => decision));
    known = [...fresh, ...known.filter(({ decision }) => !seen.has(decision))].slice(0, MOST);
    if (isPaused.checked) return;
    for (const { fill } of choosers) fill();
    draw();
  };
  follow(signal, take, (now) => {
    state = now;
    draw();
  });
  draw();
  return [
    el('h1', {}, 'Now'),
    el(
      'form',
      { class: 'filters', onsubmit: (event) => event.preventDefault() },
      choosers.map(({ label }) => label),
      el('label', { class: 'check' }, isPaused, 'Pause'),
    ),
    sums,
    counted,
    list,
  ];
}

function sumsOf(decisions) {
  const sums = { passed: 0, countersigned: 0, refused: 0, failed: 0 };
  for (const { verdict: name } of decisions) sums[outcomeOf(name)] += 1;
  return Object.entries(sums);
}

function rowOf({ at, decision, verdict: name, would, rules, modules, user, method, path }) {
  return row(HEADS, [
    time(at),
    el('span', {}, verdict(name), would ? el('small', {}, ` would: ${would}`) : undefined),
    rules.join(', ') || 'none',
    modules.join(', ') || '–',
    user || 'unnamed',
    el('code', {}, `${method} ${path}`),
    el(
      'a',
      { href: `/console/why/${encodeURIComponent(decision)}` },
      'Why',
      el('span', { class: 'sr' }, ` ${decision}`),
    ),
  ]);
}

/** Hands over decisions, newest first, and tells whether they come. Several are drawn at once: the browser is given time in between. */
function follow(signal, take, tell) {
  const source = new EventSource('/console/api/decisions/stream');
  let waiting = [];
  let timer;
  // What happened before the stream was open, the first time or again, came by none.
  source.addEventListener('open', async () => {
    tell('live');
    const { decisions } = await get('decisions', { limit: MOST }).catch(() => ({ decisions: [] }));
    if (!signal.aborted) take(decisions);
  });
  source.addEventListener('decision', ({ data }) => {
    waiting = [JSON.parse(data), ...waiting].slice(0, MOST);
    timer ??= setTimeout(() => {
      timer = undefined;
      take(waiting.splice(0));
    }, 250);
  });
  // A page that shows what is past looks like one on which nothing happens.
  source.addEventListener('error', () => {
    if (!signal.aborted) tell('not connected: what happens now is not shown; it is tried again');
  });
  signal.addEventListener('abort', () => {
    source.close();
    clearTimeout(timer);
  });
}
