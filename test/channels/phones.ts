import type { ChannelTraits } from './contract.ts';

/** A number that nobody has: https://nationalnanpa.com sets 555-01xx aside. */
export const PHONE = '+12015550123';

/** What is sent to phones, with our text. */
export const OF_PHONES: ChannelTraits = {
  addressOf: (index) => `+1201555${String(123 + index).padStart(4, '0')}`,
  carries: 'text',
};
