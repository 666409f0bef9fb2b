export { describeDialect } from '../../src/testing/contracts/dialect/dialect.ts';
export type {
  Call,
  DialectUnderTest,
  GuardedCrm,
  Mistakes,
} from '../../src/testing/contracts/dialect/under-test.ts';
