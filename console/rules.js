import { get } from './api.js';
import { el, empty, row, table } from './dom.js';

const HEADS = ['Rule', 'Name', 'Module', 'On', 'Reads', 'Mode', 'Shadow'];

/** What is in force, and what the last reload changed. */
export async function rulesPage() {
  const { revision, rules, diff } = await get('rules');
  return [
    el('h1', {}, 'Rules'),
    el('p', {}, 'Revision ', el('code', {}, revision)),
    rules.length > 0
      ? table(
          'Rules in force',
          HEADS,
          rules.map(({ id, name, module, on, reads, mode, shadow }) =>
            row(HEADS, [
              id,
              name,
              module,
              on.join(', '),
              reads.join(', ') || '–',
              mode,
              mode === 'shadow' ? `would have asked ${shadow} times` : '–',
            ]),
          ),
        )
      : empty('No rule is in force.'),
    el('h2', {}, 'What the last reload changed'),
    diff.length > 0
      ? el(
          'ul',
          { class: 'cards' },
          diff.map((line) => el('li', {}, el('code', {}, line))),
        )
      : empty('The configuration was not reloaded since the start.'),
  ];
}
