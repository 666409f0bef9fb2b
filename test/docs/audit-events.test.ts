import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Every event that the type of them names: those that are written out, and a refusal for each thing that can be refused. */
function eventsIn(source: string): readonly string[] {
  const namesIn = (text = '') => [...text.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name);
  const refusable = namesIn(/type Refusable = ([^;]*);/.exec(source)?.[1]);
  const told = [...source.matchAll(/event: ((?:'[a-z-]+'(?: \| )?)+)/g)].flatMap(([, names]) =>
    namesIn(names),
  );
  return [...told, ...refusable.map((what) => `${what}-refused`)];
}

const events = eventsIn(read('src/core/verdict/audit-event.ts'));

describe('the table of audit events in operations.md', () => {
  it('is held against all of them', () => {
    expect(events).toEqual(
      expect.arrayContaining([
        'code-sent',
        'save-countersigned',
        'read-settled',
        'request-refused',
        'save-refused',
      ]),
    );
  });

  it.each(events)('has a row for %s', (event) => {
    expect(read('docs/operations.md')).toMatch(new RegExp(`^\\|[^|\\n]*\`${event}\`[^|\\n]*\\|`, 'm'));
  });
});
