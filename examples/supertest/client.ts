// In your project: import { type Ask, CountersignError, withCountersign } from 'countersign/client';
import { type Ask, CountersignError, withCountersign } from '../../src/client/client.ts';

/** What became of an attempt to deliver. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'given-up' }
  | { readonly kind: 'failed'; readonly reason: string };

/** The part of an app for field reps that saves in the CRM: the code under test. `ask` is its dialog. */
export function createNotes(crm: string, http: typeof fetch, ask: Ask) {
  const api = withCountersign(http, { ask });
  return {
    /** Marks a note as delivered, with the customer's code where one is wanted. */
    async deliver(id: string): Promise<Outcome> {
      try {
        const { ok, status } = await api(`${crm}/api/DeliveryNotes/${id}`, {
          method: 'PATCH',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ status: 'Delivered' }),
        });
        return ok ? { kind: 'delivered' } : { kind: 'failed', reason: String(status) };
      } catch (error) {
        if (!(error instanceof CountersignError)) throw error;
        return error.gaveUp ? { kind: 'given-up' } : { kind: 'failed', reason: error.slug };
      }
    },
  };
}
