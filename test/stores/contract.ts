export { describeLedgerStore, type StoreUnderTest } from '../../src/testing/contracts/store.ts';
