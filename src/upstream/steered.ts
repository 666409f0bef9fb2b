import { isAlready } from '../core/likeness/likeness.ts';
import { isScalar } from '../core/wire/json.ts';
import { readQuery } from '../core/wire/target.ts';
import type { RecordAnswer } from '../ports.ts';

/**
 * What of a save's query may name another record, or another version of it, than the address alone: `?locale=fr`, `?idProperty=ref`,
 * `?sap-client=200`. Empty where nothing may: what only says how the answer shall look does not, and our own read says the rest itself.
 */
export function steeringIn(query: string, path: string): string {
  if (query === '') return '';
  const mark = path.indexOf('?');
  const own = new Set(mark < 0 ? [] : readQuery(path.slice(mark)).map(([name]) => name.toLowerCase()));
  const isKept = (pair: string) => {
    const [name = ''] = readQuery(`?${pair}`)[0] ?? [];
    return name !== '' && !own.has(name.toLowerCase()) && !ABOUT_THE_ANSWER.test(name);
  };
  const kept = query.slice(1).split(/[&;]/).filter(isKept);
  return kept.length === 0 ? '' : `${mark < 0 ? '?' : '&'}${kept.join('&')}`;
}

/** Parameters that change nothing of which record is meant. */
const ABOUT_THE_ANSWER =
  /^\$?(?:fields?|include[sd]?|embed|expand|populate|select|projection|with|pretty(?:print)?|_|_?ts?|timestamp|nocache)(?:\[|$)/i;

/**
 * The record by which such a save is judged. `plain`: as the CRM shows it by its address alone. `steered`: with the query of the save, which says
 * nothing where the CRM does not answer. Of a value that the two show differently nobody knows which is stored.
 */
export function agreedOf(plain: RecordAnswer, steered: RecordAnswer): RecordAnswer {
  if (plain.kind !== 'found' || steered.kind === 'unavailable') return plain;
  if (steered.kind !== 'found') return steered;
  const { fields, version } = plain.record;
  const agreed = [...fields].filter(([name, value]) => {
    const other = steered.record.fields.get(name);
    return other === undefined || !isScalar(value) || !isScalar(other) || isAlready(value, other);
  });
  const isSame = agreed.length === fields.size;
  const record = { fields: isSame ? fields : new Map(agreed) };
  return { ...plain, record: isSame && version !== undefined ? { ...record, version } : record };
}
