import type { VtigerState } from './vtiger-operations.ts';
import { mysqlEquals, mysqlNumber } from './vtiger-php.ts';
import { denied, MODULES, shown, VtigerError } from './vtiger-records.ts';

/** `SELECT … FROM Module WHERE field='value' AND …;` and no more. */
export function query(sql: string, { records }: VtigerState): unknown {
  const match = /^select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+?))?(?:\s+limit\s+\d+)?\s*;?$/is.exec(
    sql.trim(),
  );
  if (!match) throw new VtigerError('QUERY_SYNTAX_ERROR', 'Syntax Error on line 1');
  const [, columns = '', type = '', where = ''] = match;
  const module = MODULES[type];
  if (!module) throw denied(` for name : ${type}`);
  const conditions = [...where.matchAll(/(\w+)\s*=\s*'([^']*)'/g)];
  const rows = [...records].filter(
    ([number, record]) =>
      record.module === type &&
      conditions.every(([, field = '', value = '']) =>
        field === 'id'
          ? number === mysqlNumber(value.split('x')[1] ?? '')
          : mysqlEquals(record.fields[field] ?? '', value),
      ),
  );
  return rows.map(([number, record]) => {
    const all = shown({ id: `${module.prefix}x${number}`, number, record });
    const names = columns.split(',').map((name) => name.trim());
    return columns.trim() === '*' ? all : Object.fromEntries(names.map((name) => [name, all[name]]));
  });
}
