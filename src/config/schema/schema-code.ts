import * as z from 'zod';
import { duration } from '../../kinds/values.ts';

const WINDOW = ['1s', '720h'] as const;

/** How codes of a rule are made, live and die. */
export const codeSchema = z.strictObject({
  type: z
    .enum(['numeric', 'alphabetic', 'alphanumeric'])
    .prefault('numeric')
    .describe('Symbols of the code. Letters come without look-alikes.'),
  length: z.int().min(4).max(16).prefault(6).describe('Number of symbols.'),
  validFor: duration('10s', '24h').prefault('5m').describe('How long a code lives.'),
  maxAttempts: z
    .int()
    .min(1)
    .max(100)
    .prefault(3)
    .describe('Wrong codes in one window, for one rule and one record.'),
  resetAttemptsAfter: duration(...WINDOW)
    .prefault('15m')
    .describe('Length of that window. Nothing else gives attempts back.'),
  resend: z
    .enum(['new', 'same'])
    .prefault('new')
    .describe('Whether a resend makes a new code or repeats the living one.'),
  maxResends: z
    .int()
    .min(0)
    .max(100)
    .prefault(3)
    .describe('Resends in one window; the first send does not count.'),
  resetResendsAfter: duration(...WINDOW)
    .prefault('1h')
    .describe('Length of that window.'),
  cooldown: duration('0s', '1h').prefault('30s').describe('Shortest time between two sends.'),
});
