import { type Answered, callerOf } from '../../src/testing/call.ts';

export type { Answered };

/** The field rep: whatever an HTTP client can do with a token. */
export type Rep = {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Sets record 45 to Delivered, with a code where one is given. */
  deliver(code?: string, fields?: Record<string, unknown>): Promise<Answered>;
  /** Asks for a code by hand. */
  askForCode(values?: Record<string, unknown>): Promise<Answered>;
  /** What the ledger says of record 45. */
  standing(): Promise<Answered>;
};

export const NOTE = '/api/DeliveryNotes/45';

/** A rep in front of one gateway; without a token, somebody whom the CRM does not know. */
export function repOf(url: string, token: string | null = 'Bearer rep'): Rep {
  const call = callerOf(url, token);
  return {
    call,
    deliver: (code, fields = {}) =>
      call(
        'PATCH',
        NOTE,
        { status: 'Delivered', ...fields },
        code === undefined ? {} : { 'OTPRULES-OTP-7': code },
      ),
    askForCode: (values) =>
      call('POST', '/_countersign/rules/7/records/45/code', values === undefined ? undefined : { values }),
    standing: () => call('GET', '/_countersign/rules/7/records/45'),
  };
}

/** A code of the same length that is not this one. */
export function wrongCode(code: string, nth = 1): string {
  return String((Number(code) + nth) % 10 ** code.length).padStart(code.length, '0');
}
