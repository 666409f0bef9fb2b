import { emptyRow, type Row } from '../../core/ledger/row.ts';
import { type StoredRow, storedOf } from '../../core/ledger/stored-row.ts';

/** A day. */
export const DAY_MS = 86_400_000;

/** A stored row with everything in it that a row can have. */
export function fullRow(key: string, version: number, purgeAt = Date.now() + DAY_MS): StoredRow & Row {
  return asStored(plainRow(key, version, purgeAt));
}

/** The row with what a store reads of it. */
export function asStored(row: Row): StoredRow & Row {
  return { ...row, ...storedOf(row) };
}

function plainRow(key: string, version: number, purgeAt: number): Row {
  return {
    ...emptyRow(key),
    version,
    attempts: { used: 2, since: 1_700_000_000_123 },
    sends: { used: 1, since: 1_700_000_000_000, lastAt: 1_700_000_000_001 },
    purgeAt,
    code: {
      id: 'c1',
      verifier: 'v1$abc$def$ghi',
      sealed: null,
      about: null,
      binding: { kind: 'change', fields: ['status', 'naïve "field" \u{1f600}\u0000'], digest: 'd' },
      recipient: { channel: 'email', fingerprint: 'f', masked: 'j***@***.test', country: 'BR' },
      askedBy: 'm',
      repeatedBy: ['n'],
      issuedAt: 1_700_000_000_000,
      expiresAt: 1_700_000_300_000,
      policy: {
        type: 'numeric',
        length: 6,
        validForMs: 300_000,
        maxAttempts: 3,
        resetAttemptsAfterMs: 900_000,
        resend: 'new',
        maxResends: 3,
        resetResendsAfterMs: 3_600_000,
        cooldownMs: 30_000,
      },
      state: { kind: 'held', save: 's1' },
      returns: 1,
      delivery: { status: 'sent', at: 1_700_000_000_500 },
      earlier: [{ id: 'c0', verifier: 'v1$x$y$z', bindingDigest: 'e', fate: 'superseded' }],
    },
  };
}
