/** What became of an attempt to deliver. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'code-needed'; readonly sentTo: string; readonly header: string }
  | { readonly kind: 'code-wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** A send function of whatever HTTP client is at hand. */
export type Send = (
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
) => Promise<{ readonly status: number; readonly result: string | undefined; readonly body: unknown }>;

type Row = {
  readonly result: string;
  readonly header: string;
  readonly sent_to?: string;
  readonly attempts_remaining?: number;
};

/** The part of an app for field reps that speaks with the CRM: the code under test. */
export function createNotes(send: Send) {
  return {
    /** Marks a note as delivered, with the customer's code where there is one. */
    async deliver(id: string, code?: { readonly header: string; readonly value: string }): Promise<Outcome> {
      const headers = code ? { [code.header]: code.value } : {};
      const { status, result, body } = await send(`/api/DeliveryNotes/${id}`, headers, {
        status: 'Delivered',
      });
      if (status < 300) return { kind: 'delivered' };
      const [row] = (body as { readonly rules?: readonly Row[] }).rules ?? [];
      if (row && status === 428)
        return { kind: 'code-needed', sentTo: row.sent_to ?? 'the customer', header: row.header };
      if (row && result === 'otp-invalid')
        return { kind: 'code-wrong', attemptsRemaining: row.attempts_remaining ?? 0 };
      return { kind: 'failed', reason: result ?? String(status) };
    },
  };
}
