export {
  type Arrived,
  type ChannelTraits,
  type ChannelUnderTest,
  describeChannel,
  messageOf,
} from '../../src/testing/contracts/channel.ts';
