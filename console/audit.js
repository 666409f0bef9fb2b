import { get } from './api.js';
import { el, empty, field, row, table, time, told } from './dom.js';

const HEADS = ['Time', 'Event', 'Module', 'Record', 'Caller', 'What', 'Proof'];

/** The audit: whether its chain is whole, and what it tells. */
export async function auditPage() {
  const chain = el('p', { role: 'status' }, 'checking the chain …');
  const faults = el('ul', { class: 'cards' });
  get('audit/chain')
    .then(({ state, lines, faults: found }) => {
      chain.replaceChildren(
        'The audit is ',
        el('strong', { class: `verdict ${state === 'whole' ? 'good' : 'bad'}` }, state),
        ` (${lines} lines)`,
      );
      faults.replaceChildren(...found.map(({ line, message }) => el('li', {}, `line ${line}: ${message}`)));
    })
    .catch((fault) => chain.replaceChildren(fault.message));
  const record = el('input', { name: 'record', autocomplete: 'off' });
  const name = el('input', { name: 'module', autocomplete: 'off' });
  const user = el('input', { name: 'user', autocomplete: 'off' });
  const request = el('input', { name: 'request', autocomplete: 'off' });
  const list = el('div', { 'aria-live': 'polite' });
  const search = async () => {
    try {
      const { events } = await get('audit', {
        record: record.value,
        module: name.value,
        user: user.value,
        request: request.value,
      });
      list.replaceChildren(
        events.length > 0
          ? table('Events, newest first', HEADS, events.reverse().map(rowOf))
          : empty('The audit tells of no such event.'),
      );
    } catch (fault) {
      list.replaceChildren(empty(fault.message));
    }
  };
  const form = el(
    'form',
    {
      class: 'filters',
      onsubmit: (event) => {
        event.preventDefault();
        search();
      },
    },
    field('Record', record),
    field('Module', name),
    field('Caller', user),
    field('Request', request),
    el('button', { type: 'submit' }, 'Search'),
  );
  await search();
  return [el('h1', {}, 'Audit'), chain, faults, form, list];
}

function rowOf({ at, event, module: name, record, user, save, request: _, ip: __, ...rest }) {
  const proof =
    event === 'save-countersigned'
      ? el(
          'a',
          { href: `/console/api/audit/proof?save=${encodeURIComponent(save)}`, download: 'proof.json' },
          'Proof',
          el('span', { class: 'sr' }, ` of the save ${save}`),
        )
      : '';
  return row(HEADS, [
    time(at),
    event,
    name ?? '–',
    record ?? '–',
    user || 'unnamed',
    told(rest) || '–',
    proof,
  ]);
}
