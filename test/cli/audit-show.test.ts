import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuditSeal, ORIGIN } from '../../src/audit/audit-seal.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { SECRET } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';

const EVENTS = [
  {
    at: '2026-11-01T08:00:00.000Z',
    record: '45',
    user: 'ana',
    event: 'code-sent',
    rule: '7',
    channel: 'email',
  },
  { at: '2026-11-02T23:59:59.000Z', record: '46', user: 'bob', event: 'save-refused', rules: ['7', '8'] },
  { at: '2026-11-03T12:00:00.000Z', record: '45', user: '=cmd()', event: 'save-refused', rules: ['7'] },
] as const;
/** An id of a caller's choice: a title of the window, a line that is turned, a control of one letter, two lines, a tag that nobody sees. */
const ODD = '\u001b]0;x\u0007\u202e\u009b\r\n\t"=\u{e0041}';

describe('audit show', () => {
  let printed = '';
  let file = '';
  beforeEach(() => {
    file = join(openFolder(), 'audit.jsonl');
    writeFileSync(file, sealed());
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        printed += String(chunk);
        return true;
      });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const show = async (...words: readonly string[]) => {
    printed = '';
    const code = await runProgram(['audit', 'show', ...words, file]);
    return { code, printed };
  };
  const recordsOf = async (...words: readonly string[]) => {
    const { printed: text } = await show('--format', 'json', ...words);
    return (JSON.parse(text) as { readonly record: string; readonly at: string }[]).map(({ at }) =>
      at.slice(8, 10),
    );
  };

  test('filters by record, module, user and time; a day that ends counts whole', async () => {
    expect(await recordsOf()).toEqual(['01', '02', '03']);
    expect(await recordsOf('--record', '45')).toEqual(['01', '03']);
    expect(await recordsOf('--user', 'bob')).toEqual(['02']);
    expect(await recordsOf('--module', 'Invoices')).toEqual([]);
    expect(await recordsOf('--since', '2026-11-02')).toEqual(['02', '03']);
    expect(await recordsOf('--until', '2026-11-02')).toEqual(['01', '02']);
    expect(await recordsOf('--since', '2026-11-01T09:00Z', '--until', '2026-11-03T12:00Z')).toEqual(['02']);
    expect((await show('--since', 'yesterday')).code).toBe(2);
  });

  test('as CSV has the names first, and no cell that a spreadsheet would calculate', async () => {
    const { code, printed: text } = await show('--format', 'csv');
    const [names, first, second, third] = text.trimEnd().split('\r\n');
    expect(code).toBe(0);
    expect(names?.startsWith('at,event,module,record,rules,')).toBe(true);
    expect(first).toContain('code-sent,DeliveryNotes,45,7,');
    expect(second).toContain(',7; 8,');
    expect(third).toContain(",'=cmd(),");
  });

  test.each([
    'text',
    'json',
    'csv',
  ])('as %s writes nothing that a terminal obeys, whatever an id is', async (format) => {
    writeFileSync(file, sealed([{ ...EVENTS[1], record: ODD }]));
    const { code, printed: text } = await show('--format', format);
    expect([code, text.replace(/\r?\n/g, '').match(/[\p{C}\u2028\u2029]/gu)]).toEqual([0, null]);
    if (format === 'json') expect(JSON.parse(text)[0].record).toBe(ODD);
    if (format === 'csv') expect(text.trimEnd().split('\r\n')).toHaveLength(2);
  });

  test('where nothing matches, ends with 4; programs get an empty list', async () => {
    expect(await show('--record', '9')).toEqual({
      code: 4,
      printed: 'countersign: no event matches the record 9\n',
    });
    expect(await show('--record', '9', '--format', 'json')).toEqual({ code: 4, printed: '[]\n' });
    const { code, printed: csv } = await show('--record', '9', '--format', 'csv');
    expect({ code, lines: csv.trimEnd().split('\n').length }).toEqual({ code: 4, lines: 1 });
  });
});

function sealed(events: readonly object[] = EVENTS): string {
  const seal = createAuditSeal([SECRET]);
  let link = ORIGIN;
  return events
    .map((event, index) => {
      const whole = { module: 'DeliveryNotes', ip: '127.0.0.1', request: `r${index}`, ...event };
      const line = seal.seal(whole as unknown as AuditEvent, link, {});
      link = line;
      return `${line.text}\n`;
    })
    .join('');
}
