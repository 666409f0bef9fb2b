export { asStored, DAY_MS, fullRow } from '../../src/testing/contracts/full-row.ts';
