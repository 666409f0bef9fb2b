import { foldName } from '../core/likeness/fold.ts';
import { BESIDES } from '../core/likeness/name-index.ts';
import { resembles } from '../core/likeness/resemblance.ts';
import { remembered } from '../core/remembered.ts';
import type { ModuleBase } from '../core/saving/module.ts';
import { isEmpty, isObject, type Json, type JsonObject, pointerSteps } from '../core/wire/json.ts';
import { holdsParameter } from '../core/wire/parameter.ts';

/**
 * A member that some reader takes for a step of the pointer, though it is spelled otherwise (`Data` beside `data`, `data.status`):
 * two servers would then find the record at two places.
 */
export function secondOf(document: Json, pointer: string): string | undefined {
  let here: Json | undefined = document;
  for (const step of stepsOf(pointer)) {
    if (!isObject(here)) return undefined;
    const wanted = foldName(step);
    for (const name of here.keys()) if (name !== step && resembles(name, wanted)) return name;
    here = here.get(step);
  }
  return undefined;
}

/** What stands beside the place that the pointer leads to, on every level of the way. */
export function besides(document: Json, pointer: string): readonly JsonObject[] {
  const found: JsonObject[] = [];
  let here: Json | undefined = document;
  for (const step of stepsOf(pointer)) {
    if (!isObject(here)) break;
    found.push(new Map([...here].filter(([name]) => name !== step)));
    here = here.get(step);
  }
  return found;
}

/**
 * The fields with what stands beside them, under a name that no field has: criteria find a value that hides there. A member without a name
 * goes there, too.
 */
export function withBesides(fields: JsonObject, others: readonly JsonObject[]): JsonObject {
  const nameless = [...fields].filter(([name]) => name === BESIDES);
  const found = [new Map(nameless), ...others].filter(({ size }) => size > 0);
  return found.length === 0 ? fields : new Map<string, Json>([...fields, [BESIDES, found]]);
}

const stepsOf = remembered(pointerSteps);

/** Whether what stands beside a record's fields may choose a version of the record, as `locale` and `status` do in Strapi. */
export function maySteer(level: JsonObject, isKnown: (name: string) => boolean = () => false): boolean {
  return [...level].some(
    ([name, value]) => !holdsParameter(name) && !isEmpty(value) && !PASSING.test(name) && !isKnown(name),
  );
}

/** The same of what an action is given beside what it sets; `envelopeFields` of its module choose nothing. */
export function isSteeredBy(
  levels: readonly JsonObject[],
  { envelopeFields = [] }: Pick<ModuleBase, 'envelopeFields'>,
): boolean {
  const declared = new Set(envelopeFields.map(foldName));
  return levels.some((level) => maySteer(level, (name) => declared.has(foldName(name))));
}

/** What is about the call and not about the record. */
const PASSING =
  /^(?:client_?mutation_?id|(?:should_?|send_?|skip_?)?notif(?:y|ications?)\w*|silent|dry_?run|validate\w*|async|idempotency_?key|request_?id)$/i;
