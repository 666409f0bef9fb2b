import type { Save } from '../saving/save.ts';
import type { Json } from '../wire/json.ts';
import { isSameJson } from '../wire/same-json.ts';
import type { Doubts } from './doubts.ts';

/** Records that a request saves at most: each may cost a read of the CRM. */
export const MAX_RECORDS = 200;

/** One save for each stored record: what a request says of it in several places is one change, unless the places disagree. */
export function mergedSaves(saves: readonly Save[], doubts: Doubts): readonly Save[] {
  if (saves.length === 1) return saves;
  const merged = new Map<string, Save>();
  for (const [index, save] of saves.entries()) {
    const key = save.id === null ? `new ${index}` : `${save.module}\n${save.id}`;
    const earlier = merged.get(key);
    const both = earlier ? together(earlier, save) : save;
    if (!both) {
      const message = `the record "${save.id}" is said to become two things; send it once`;
      doubts.faults.push({ member: save.module, message });
    }
    merged.set(key, both ?? save);
  }
  if (merged.size > MAX_RECORDS)
    doubts.faults.push({
      member: saves[0]?.module ?? '',
      message: `more than ${MAX_RECORDS} records in one request`,
    });
  return [...merged.values()];
}

function together(one: Save, two: Save): Save | undefined {
  if (one.operation !== two.operation || one.verb !== two.verb) return undefined;
  const fields = new Map<string, Json>(one.fields);
  for (const [name, value] of two.fields) {
    const given = fields.get(name);
    if (given !== undefined && !isSameJson(given, value)) return undefined;
    fields.set(name, value);
  }
  const closed = new Set([...(one.closed ?? []), ...(two.closed ?? [])]);
  // What is said of either of them is true of the whole: that another version may be meant, that it may create the record.
  return { ...two, ...one, fields, ...(closed.size > 0 && { closed }) };
}
