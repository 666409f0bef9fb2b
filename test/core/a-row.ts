import { emptyRow, type Row } from '../../src/core/ledger/row.ts';
import { type Issued, issue, type NewCode } from '../../src/core/ledger/sends.ts';
import { aRule } from './a-rule.ts';

export const START = 1_700_000_000_000;
export const policy = aRule.code;
export const MINUTE = 60_000;

export function freshCode(id: string, change: Partial<NewCode> = {}): NewCode {
  return {
    id,
    verifier: `verifier of ${id}`,
    sealed: null,
    about: null,
    binding: { kind: 'change', fields: ['status'], digest: 'd' },
    recipient: { channel: 'sms', fingerprint: 'f', masked: '***78' },
    policy,
    ...change,
  };
}

export function rowOf(issued: Issued): Row {
  if (!issued.ok) throw new Error(issued.reason);
  return issued.row;
}

/** The row that a step led to, where the step was possible. */
export function taken(row: Row | undefined): Row {
  if (!row) throw new Error('the step was not possible');
  return row;
}

export const anIssued = (): Row => rowOf(issue(emptyRow('k'), START, freshCode('c1')));
