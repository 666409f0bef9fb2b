import type { Outcome } from '../../core/ledger/spending.ts';
import type { CollectionModule } from '../../core/saving/module.ts';
import type { Mount } from '../../core/saving/mount.ts';
import { at, isList, isNumber, type Json, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { outcomeOfCalls } from '../outcome-of-calls.ts';

/** What an answer of 200 means: that of a batch has one for each of its requests, where it is described. */
export function outcomeIn(body: Uint8Array, mount: Mount<CollectionModule> | undefined): Outcome {
  const answers = mount?.described
    ?.flatMap(({ act }) => (act.kind === 'batch' ? (act.batch.answers ?? []) : []))
    .at(0);
  if (!answers) return 'saved';
  const document = readJson(body);
  const list = document.ok ? at(document.value, answers.list) : undefined;
  if (!isList(list)) return 'unknown';
  const { status, failed } = answers;
  return outcomeOfCalls(
    list.map((one) =>
      status === undefined ? (hasFailed(one, failed ?? '') ? 400 : 200) : statusAt(one, status),
    ),
  );
}

function hasFailed(answer: Json, pointer: string): boolean {
  const told = at(answer, pointer);
  return told !== undefined && told !== null && told !== false;
}

function statusAt(answer: Json, pointer: string): number {
  const told = at(answer, pointer);
  return isNumber(told) || typeof told === 'string' ? Number(textOf(told)) : Number.NaN;
}
