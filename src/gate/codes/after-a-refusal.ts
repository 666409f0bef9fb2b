import type { Outcome } from '../../core/ledger/spending.ts';
import { saidOf, says } from '../../core/likeness/said.ts';
import type { Save, StoredRecord } from '../../core/saving/save.ts';
import type { Redemption } from '../../core/verdict/verdict.ts';
import { isSameJson } from '../../core/wire/same-json.ts';
import type { FoundRecord, RecordReader } from '../../ports.ts';
import { fewAtOnce } from '../judging/few-at-once.ts';

/**
 * What became of saves that the CRM refused with codes. A server may store a record and then fail at its answer, which a header or a parameter
 * of the caller's choice can bring about: where a record is no longer as it was, or is not shown, nobody knows.
 */
export async function afterARefusal(
  redemptions: readonly Redemption[],
  records: ReadonlyMap<Save, FoundRecord>,
  reader: RecordReader,
): Promise<Outcome> {
  const spent = [...records].filter(
    ([{ operation, module: name, id }]) =>
      operation !== 'read' && redemptions.some((one) => one.module === name && one.record === id),
  );
  for await (const areUntouched of fewAtOnce(spent, ([save, before]) => isUntouched(save, before, reader)))
    if (areUntouched.includes(false)) return 'unknown';
  return 'notSaved';
}

async function isUntouched(save: Save, { record }: FoundRecord, reader: RecordReader): Promise<boolean> {
  const now = await reader.read(save.module, save.id ?? '');
  if (now.kind !== 'found') return false;
  const [before, after] = [record, now.record];
  const isMeant = meantBy(save);
  const names = new Set([...namesIn(before), ...namesIn(after)]);
  return [...names].every(
    (name) => !isMeant(name) || (isSure(before, after, name) && isSame(before, after, name)),
  );
}

/** Whether a field is one that the save may have changed. Others change beside it: what an action or a deletion does, its fields do not say. */
function meantBy(save: Save): (field: string) => boolean {
  if (save.verb !== undefined || save.operation === 'delete') return () => true;
  return (field) => says(saidOf(save, field, undefined));
}

function namesIn({ fields, unsure }: StoredRecord): readonly string[] {
  return [...fields.keys(), ...(unsure?.fields ?? [])];
}

function isSure(before: StoredRecord, after: StoredRecord, name: string): boolean {
  return ![before, after].some(({ unsure }) => unsure?.fields.has(name));
}

function isSame(before: StoredRecord, after: StoredRecord, name: string): boolean {
  return isSameJson(before.fields.get(name) ?? null, after.fields.get(name) ?? null);
}
