import type { Delivery } from '../../ports.ts';

/** What nodemailer hangs on its errors, as far as it is no text of the server's. */
type SmtpError = {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number;
};

/**
 * What a failed delivery means. A reply 4xx or 5xx is a refusal at every stage (RFC 5321 §4.2.1), and before the message was begun
 * nothing can have arrived; a time-out or a cut after that leaves open whether it did (§4.5.3.2.6).
 * Reasons hold codes only: the texts of servers quote addresses and messages.
 */
export function deliveryOfFailure(error: unknown, begun: boolean): Delivery {
  const { code, originalCode, responseCode } = error as SmtpError;
  const refused = responseCode !== undefined && responseCode >= 400 && responseCode <= 599;
  const names = [code === 'EABORT' ? 'deadline passed' : (originalCode ?? code ?? 'unknown failure')];
  if (responseCode) names.push(`SMTP ${responseCode}`);
  const reason = names.join(', ');
  return refused || !begun
    ? { kind: 'refused', reason }
    : { kind: 'unknown', reason: `${reason}, after the message was begun` };
}
