// What a rep is told, in their words. The gateway's own sentence is for developers; it stands in the fold below the form.
const WORDS = {
  'otp-required': ({ sent_to }) =>
    sent_to
      ? `We have sent a code to ${sent_to}. Ask the customer for it.`
      : 'This needs a code. Send one to the customer.',
  'otp-invalid': () => 'That code is not right. Look at the newest message again.',
  'otp-superseded': () => 'A newer code was sent. Ask the customer for the newest one.',
  'otp-expired': () => 'That code has expired. Send a new one.',
  'otp-used': () => 'That code was used already. Save without it, and the customer gets a new one.',
  'otp-binding-mismatch': () => 'That code was for something else. Send a new one.',
  'otp-in-progress': () => 'This is being saved already. Wait a moment.',
  'otp-attempts-exhausted': (_, wait) => `Too many wrong codes. Try again ${wait}.`,
  'otp-resend-limited': (_, wait) => `A code has just been sent. You can send another one ${wait}.`,
  'otp-rate-limited': (_, wait) => `Too many codes were sent. Try again ${wait}.`,
  'otp-recipient-missing': () => 'This customer has no e-mail address that a code can go to.',
  'otp-delivery-failed': () => 'The message could not be sent. Try again in a moment.',
};

/** What to tell a rep about an answer of the gateway, or of the CRM behind it. */
export function wordsFor(status, answer) {
  const row = (answer.rules ?? [])[0] ?? {};
  const slug = answer.type?.replace('urn:countersign:problem:', '') ?? row.result;
  const words = WORDS[slug]?.(row, waitOf(answer.retry_after));
  const left = slug === 'otp-invalid' && row.attempts_remaining;
  if (left === 0) return WORDS['otp-attempts-exhausted'](row, waitOf(answer.retry_after));
  const attempts = left ? ` Attempts remaining: ${left}.` : '';
  return `${words ?? answer.detail ?? answer.message ?? `This could not be saved (${status}).`}${attempts}`;
}

function waitOf(seconds) {
  if (seconds === undefined) return 'later';
  const [count, unit] = seconds < 90 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `in ${count} ${unit}${count === 1 ? '' : 's'}`;
}
