import { describe } from 'vitest';
import { describeCodes } from './codes.ts';
import { describeDisguises } from './disguises.ts';
import { describeRecords } from './records.ts';
import { stageOf } from './scene.ts';
import { describeTraffic } from './traffic.ts';
import type { DialectUnderTest } from './under-test.ts';

/** What every dialect promises, all of it over HTTP. */
export function describeDialect(name: string, dialect: DialectUnderTest): void {
  const stage = stageOf(dialect);
  describe(`${name} as a dialect`, () => {
    describeTraffic(stage);
    describeCodes(stage);
    describeRecords(stage);
    describeDisguises(stage);
  });
}
