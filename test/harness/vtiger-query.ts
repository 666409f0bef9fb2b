import { denied, VtigerError } from './vtiger-errors.ts';
import { mysqlEquals, mysqlNumber } from './vtiger-mysql.ts';
import { shown } from './vtiger-records.ts';
import type { User, VtigerState } from './vtiger-state.ts';

/** `SELECT … FROM Module WHERE field='value' AND …;` and no more. */
export function query(sql: string, user: User, state: VtigerState): unknown {
  if (/^select\s+from\b/i.test(sql.trim())) throw noColumn();
  const match = /^select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+?))?(?:\s+limit\s+\d+)?\s*;?$/is.exec(
    sql.trim(),
  );
  if (!match) throw new VtigerError('QUERY_SYNTAX_ERROR', 'Syntax Error on line 1');
  const [, columns = '', type = '', where = ''] = match;
  const definition = state.modules.find(({ name }) => name === type);
  if (!definition) throw denied(` for name : ${type}`);
  const conditions = [...where.matchAll(/(\w+)\s*=\s*'([^']*)'/g)];
  const rows = [...state.records].filter(
    ([number, record]) =>
      record.module === type &&
      conditions.every(([, field = '', value = '']) =>
        field === 'id'
          ? number === mysqlNumber(value.split('x')[1] ?? '')
          : mysqlEquals(record.fields[field] ?? '', value),
      ),
  );
  return rows.map(([number, record]) => {
    const all = shown({ id: `${definition.prefix}x${number}`, number, record }, user, state);
    const names = [...columns.split(',').map((name) => name.trim()), 'id'];
    return columns.trim() === '*' ? all : Object.fromEntries(names.map((name) => [name, all[name]]));
  });
}

function noColumn(): VtigerError {
  const message = "Syntax Error on line 1: token 'FROM' Unexpected FRM(FROM), expected one of: COLUMNNAME";
  return new VtigerError('QUERY_SYNTAX_ERROR', message);
}
