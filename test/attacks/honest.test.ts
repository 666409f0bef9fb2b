import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isNumber, isObject } from '../../src/core/wire/json.ts';
import { readJson } from '../../src/core/wire/read-json.ts';
import { bytesOf } from './disguises/draft.ts';
import { honestSaves } from './disguises/honest.ts';
import { boundariesIn, partsIn } from './readers/parts.ts';
import { type Forwarded, headerOf, utf8Of } from './readers/reader.ts';
import { openStage, type Stage } from './stage.ts';

const RUNS = 1000;
/** Of a hundred honest saves; what is refused has a part or a name that servers read differently. */
const PASSING_PERCENT = 99;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it('an honest save arrives once, with the fields and values that were sent', {
  timeout: 240_000,
}, async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(honestSaves, async ({ draft, fields }) => {
      const { answer, arrived } = await stage.send(bytesOf(draft));
      const saves = arrived.filter(({ method }) => method === draft.method);
      if (answer.status < 200 || answer.status > 299) return expect(saves).toEqual([]);
      passed++;
      expect(saves.map(fieldsOf)).toEqual([fields]);
    }),
    { numRuns: RUNS },
  );
  expect((passed / RUNS) * 100).toBeGreaterThanOrEqual(PASSING_PERCENT);
});

/** The fields as strict readers see them, in their order; numbers as they are written. */
function fieldsOf(request: Forwarded): unknown {
  const type = headerOf(request, 'content-type');
  if (type.startsWith('multipart/')) {
    const parts = partsIn(request.body, boundariesIn(type)[0] ?? '');
    return parts.map(({ name, content }) => [name, content.toString()]);
  }
  if (type.startsWith('application/x-www')) return [...new URLSearchParams(utf8Of(request.body))];
  const reading = readJson(request.body);
  if (!reading.ok || !isObject(reading.value)) return reading;
  expect(() => JSON.parse(utf8Of(request.body))).not.toThrow();
  return [...reading.value].map(([name, value]) => [name, isNumber(value) ? value.lexeme : value]);
}
