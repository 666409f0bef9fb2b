import type { AuditEvent } from '../../core/verdict/audit-event.ts';
import { visible } from '../terminal/visible.ts';

const COLUMNS = [
  'at',
  'event',
  'module',
  'record',
  'rules',
  'reason',
  'outcome',
  'channel',
  'sentTo',
  'save',
  'grant',
  'method',
  'path',
  'revision',
  'previous',
  'changes',
  'addresses',
  'flag',
  'about',
  'of',
  'threshold',
  'user',
  'ip',
  'request',
];

/** Events as a table (RFC 4180), its first line the names of the columns. */
export function csvOf(events: readonly AuditEvent[]): string {
  return [COLUMNS, ...events.map(rowOf)].map((row) => row.map(cellOf).join(',')).join('\r\n');
}

function rowOf(event: AuditEvent): readonly string[] {
  return COLUMNS.map((column) => {
    const value: unknown =
      Reflect.get(event, column) ?? (column === 'rules' ? Reflect.get(event, 'rule') : undefined);
    return Array.isArray(value) ? value.join('; ') : String(value ?? '');
  });
}

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe: https://owasp.org/www-community/attacks/CSV_Injection. Ids and names are a client's, and a
 * table is looked at in a terminal, too: what one would obey is written out.
 */
function cellOf(given: string): string {
  const text = visible(given);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
