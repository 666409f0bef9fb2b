import '../node-version.ts';

export { type Answered, type Caller, callerOf } from './call.ts';
export {
  type Arrived,
  type ChannelTraits,
  type ChannelUnderTest,
  describeChannel,
  messageOf,
} from './contracts/channel.ts';
export { describeDialect } from './contracts/dialect/dialect.ts';
export type { Call, DialectUnderTest, GuardedCrm, Mistakes } from './contracts/dialect/under-test.ts';
export { describeLedgerStore, type StoreUnderTest } from './contracts/store.ts';
export {
  type Answer,
  type Asked,
  type Received,
  refuse,
  type Said,
  type StandIn,
  startStandIn,
} from './stand-in.ts';
