import type { Slug } from '../../core/verdict/problem.ts';
import type { SendRefusal, Sent } from './deliver.ts';

const SEND_REFUSALS: Readonly<Record<SendRefusal, Slug>> = {
  'in-progress': 'otp-in-progress',
  declined: 'otp-declined',
  exhausted: 'otp-attempts-exhausted',
  limited: 'otp-resend-limited',
  'rate-limited': 'otp-rate-limited',
  'recipient-missing': 'otp-recipient-missing',
  'recipient-changed': 'otp-recipient-missing',
  'delivery-failed': 'otp-delivery-failed',
};

/** What a save refused for want of a code answers after the attempt to send one. Inside the cool-down a living code is enough. */
export function slugAfterSend(sent: Sent, lives: boolean): Slug {
  if (sent.kind === 'sent' || (sent.reason === 'limited' && lives)) return 'otp-required';
  return SEND_REFUSALS[sent.reason];
}

/** What a refused send is called in answers and in the audit. */
export function slugOfSendRefusal(reason: SendRefusal): Slug {
  return SEND_REFUSALS[reason];
}
